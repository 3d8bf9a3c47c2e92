"""What scripts/deploy does and says, without AWS."""

import os
import pty
import re
import subprocess
import unittest
import zipfile
from pathlib import Path

from rig import ScriptTest

IDENTITY = {"'sts get-caller-identity'*": "echo 123456789012"}
OUTPUT = {"*Outputs*": "echo https://abc.execute-api.eu-west-1.amazonaws.com"}
NO_STACK = {
    "*StackStatus*":
        "echo 'An error occurred (ValidationError): Stack with id sluice does not exist' >&2; exit 254"}


def state(name: str) -> dict:
    return {"*StackStatus*": f"echo {name}"}


class DeployTests(ScriptTest):
    def setUp(self):
        super().setUp()
        self.stand_in("aws", {**IDENTITY, **NO_STACK, **OUTPUT})
        self.stand_in("sam", {"*": "echo the change set"})

    def deploy(self, *arguments: str, **variables: str):
        return self.run_script("deploy", *arguments, **{"AWS_REGION": "eu-west-1", **variables})

    def refused(self, reason: str, *arguments: str, status: int = 1, **variables: str):
        run = self.deploy(*arguments, **variables)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        self.assertIn(reason, run.stderr)
        self.assertEqual(self.calls("sam deploy"), [])
        return run.stderr

    def answered(self, answer: str, *arguments: str):
        """Runs it at a terminal that types the answer."""
        leader, follower = pty.openpty()
        os.write(leader, answer.encode())
        run = subprocess.run(
            [self.folder / "scripts/deploy", *arguments], stdin=follower, text=True,
            capture_output=True, timeout=30,
            env={"PATH": str(self.folder / "bin"), "AWS_REGION": "eu-west-1"})
        os.close(leader)
        os.close(follower)
        return run

    def test_a_pipeline_deploys_without_asking_and_is_told_what_comes_next(self):
        run = self.deploy("--yes")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.calls("package"), ["package ", "package --add-rds-ca"])
        [call] = self.calls("sam")
        for part in ["--no-confirm-changeset", "--stack-name sluice", "--region eu-west-1",
                     "--template-file template/template.yaml", "--capabilities CAPABILITY_IAM"]:
            self.assertIn(part, call)
        url = "https://abc.execute-api.eu-west-1.amazonaws.com"
        self.assertIn(f"The API is at {url}", run.stdout)
        self.assertIn("scripts/users add ada --role admin --stack sluice", run.stdout)
        self.assertIn(f"scripts/smoke {url} --user ada", run.stdout)

    def test_parameters_reach_sam_whole(self):
        self.deploy("--yes", "IngestScheduleExpression=rate(6 hours)", 'DatabaseUrl=a"b\\c')
        self.assertIn(
            r'--parameter-overrides IngestScheduleExpression="rate(6 hours)" DatabaseUrl="a\"b\c"',
            self.calls("sam")[0])

    def test_a_parameter_may_be_spelt_as_either_tool_does(self):
        self.stand_in("terraform", {"*": ""})
        for name in ["jwt_issuer", "JwtIssuer"]:
            self.deploy("--yes", f"{name}=https://a_b.example/C=d")
            self.assertIn('JwtIssuer="https://a_b.example/C=d"', self.calls("sam")[-1])
            self.deploy("--yes", "--with", "terraform", f"{name}=https://a_b.example/C=d")
            plan = [call for call in self.calls("terraform") if " plan " in call][-1]
            self.assertIn("-var jwt_issuer=https://a_b.example/C=d", plan)

    def test_a_list_reaches_either_tool_as_it_writes_lists(self):
        self.stand_in("terraform", {"*": ""})
        for given, of_terraform in [
            ("a,b", '["a","b"]'), ("a", '["a"]'), ("a , b", '["a","b"]'), ("", "[]"),
            ('["a", "b"]', '["a", "b"]'), (r'a"b\c,${d}%{e}', r'["a\"b\\c","$${d}%%{e}"]'),
        ]:
            for name, variable in [("SubnetIds", "subnet_ids"), ("jwt_audience", "jwt_audience")]:
                with self.subTest(name, given=given):
                    # A text with commas stays one.
                    self.deploy("--yes", "--with", "terraform", f"{name}={given}", "ReportEmailTo=a,b")
                    plan = [call for call in self.calls("terraform") if " plan " in call][-1]
                    self.assertTrue(
                        plan.endswith(f"-var {variable}={of_terraform} -var report_email_to=a,b"), plan)
        self.deploy("--yes", "SubnetIds=a,b")
        self.assertIn('SubnetIds="a,b"', self.calls("sam")[-1])

    def test_an_account_of_few_functions_reserves_none(self):
        for most, parameters, reserves in [
            ("10", [], "none"), ("1000", [], None), ("10", ["IngestReservedConcurrency=1"], "1"),
            ("10", ["ingest_reserved_concurrency=1"], "1"), ("", [], None),
        ]:
            with self.subTest(most=most, parameters=parameters):
                self.stand_in("aws", {
                    **IDENTITY, **NO_STACK, **OUTPUT, "'lambda get-account-settings'*": f"echo {most}"})
                self.deploy("--yes", *parameters)
                found = re.findall('IngestReservedConcurrency="([^"]*)"', self.calls("sam")[-1])
                self.assertEqual(found, [reserves] if reserves else [])

    def test_a_database_of_the_stack_brings_its_authorities(self):
        self.deploy("--yes")
        self.assertEqual(self.calls("package --add"), ["package --add-rds-ca"])
        self.deploy("--yes", "DatabaseUrl=postgresql://h/d")
        self.deploy("--yes", "DatabaseSecretArn=arn:aws:secretsmanager:eu-west-1:1:secret:s")
        self.deploy("--yes", "database_url=postgresql://h/d")
        self.stand_in("terraform", {"*": ""})
        self.deploy("--yes", "--with", "terraform", "database_secret_arn=arn:aws:secretsmanager:s")
        self.assertEqual(len(self.calls("package --add")), 1)
        with zipfile.ZipFile(self.zip, "w") as archive:
            archive.writestr("rds-ca.pem", "")
        self.deploy("--yes")
        self.assertEqual(len(self.calls("package --add")), 1)

    def test_without_the_authorities_nothing_is_deployed(self):
        self.stand_in("package", {"--add-rds-ca": "exit 1", "*": ""}, folder="scripts")
        self.refused("scripts/package --add-rds-ca FILE && scripts/deploy --no-package", "--yes")

    def test_a_release_is_of_its_package_and_parameters(self):
        def release(*parameters: str) -> str:
            self.deploy("--yes", *parameters)
            [found] = re.findall(r'Release="([0-9a-zA-Z]+)"', self.calls("sam")[-1])
            return found

        first = release()
        self.assertEqual(len(first), 32)
        self.assertEqual(release(), first)
        other = release("ApiAccess=open-reads")
        self.assertNotEqual(other, first)
        self.zip.write_bytes(b"another")
        self.assertNotEqual(release("ApiAccess=open-reads"), other)
        self.assertEqual(release("Release=20260101000000"), "20260101000000")

    def test_a_pipeline_brings_its_bucket_and_role(self):
        self.assertIn("--resolve-s3", (self.deploy("--yes"), self.calls("sam"))[1][0])
        self.deploy("--yes", "--bucket", "mine", "--role-arn", "arn:aws:iam::1:role/r")
        call = self.calls("sam")[1]
        self.assertIn("--s3-bucket mine --role-arn arn:aws:iam::1:role/r", call)
        self.assertNotIn("--resolve-s3", call)

    def test_a_dry_run_shows_and_changes_nothing(self):
        run = self.deploy("--dry-run")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("the change set", run.stdout)
        self.assertIn("Nothing was deployed.", run.stdout)
        [call] = self.calls("sam")
        self.assertIn("--no-execute-changeset", call)

    def test_at_a_terminal_it_shows_and_asks(self):
        run = self.answered("n\n")
        self.assertEqual(run.returncode, 1)
        self.assertIn("Nothing was deployed.", run.stdout)
        self.assertEqual(len(self.calls("sam")), 1)
        run = self.answered("y\n", "--no-package")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("--no-execute-changeset", self.calls("sam")[1])
        self.assertIn("--no-confirm-changeset", self.calls("sam")[2])
        self.assertEqual(self.calls("package").count("package "), 1)

    def test_without_a_terminal_it_wants_to_be_told(self):
        self.refused("--yes deploys without asking")

    def test_what_is_missing_is_named(self):
        self.zip.unlink()
        self.refused("there is no .build/package/bootstrap.zip", "--yes", "--no-package")
        (self.folder / "bin/sam").unlink()
        self.refused("the SAM CLI is not in PATH: pip install aws-sam-cli", "--yes")
        self.refused("terraform is not in PATH", "--yes", "--with", "terraform")
        (self.folder / "bin/aws").unlink()
        self.refused("the AWS CLI is not in PATH", "--yes")

    def test_words_it_does_not_know_are_refused(self):
        for reason, *arguments in [
            ("--with requires sam or terraform, not pulumi", "--with", "pulumi"),
            ("a stack's name has", "--stack", "My_Stack"),
            ("unknown argument --force", "--force"),
            ("--stack needs a value", "--stack"),
        ]:
            self.refused(reason, "--yes", *arguments, status=2)

    def test_no_region(self):
        self.refused("no region is known", "--yes", AWS_REGION="")

    def test_credentials_that_do_not_work_say_what_to_do(self):
        for said, advice in [
            ("Unable to locate credentials. You can configure credentials by running aws configure.",
             "there are no AWS credentials: aws configure sso"),
            ("An error occurred (ExpiredToken) when calling: The token is expired",
             "the credentials have expired"),
            ('Could not connect to the endpoint URL: "https://sts.eu-wst-1.amazonaws.com/"',
             "the region eu-west-1 is not reached"),
            ("An error occurred (InvalidClientTokenId)", "AWS does not take the credentials"),
        ]:
            with self.subTest(said):
                self.stand_in("aws", {"*": f"echo '{said}' >&2; exit 255"})
                self.refused(advice, "--yes")

    def test_a_stack_that_cannot_be_updated_says_why_and_what_to_do(self):
        events = {"'cloudformation describe-stack-events'*":
                  r"printf 'CsvLoad\tResource creation cancelled\nDatabaseCluster\tNo capacity\n'"}
        for name, advice in [
            ("ROLLBACK_COMPLETE", "aws cloudformation delete-stack --region eu-west-1 --stack-name sluice"),
            ("ROLLBACK_FAILED", "--db-cluster-identifier sluice --no-deletion-protection"),
            ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback"),
        ]:
            with self.subTest(name):
                self.stand_in("aws", {**IDENTITY, **state(name), **events})
                said = self.refused(advice, "--yes")
                self.assertIn("DatabaseCluster\tNo capacity", said)
                self.assertNotIn("cancelled", said)
        self.stand_in("aws", {**IDENTITY, **state("UPDATE_IN_PROGRESS")})
        self.refused("another deployment runs", "--yes")
        self.stand_in("aws", {**IDENTITY, "*StackStatus*": "echo AccessDenied >&2; exit 254"})
        self.refused("cannot be looked at: AccessDenied", "--yes")

    def test_a_deployment_that_failed_tells_the_reasons(self):
        events = {"'cloudformation describe-stack-events'*": r"printf 'Api\tno such handler\n'"}
        self.stand_in("aws", {**IDENTITY, **state("UPDATE_COMPLETE"), **events})
        self.stand_in("sam", {"*": "exit 1"})
        run = self.deploy("--yes")
        self.assertEqual(run.returncode, 1)
        self.assertIn("Api\tno such handler", run.stderr)
        self.assertNotIn("The API is at", run.stdout)

    def test_terraform_plans_and_applies_that_plan(self):
        self.stand_in("terraform", {"*output*": "echo https://abc", "*": ""})
        run = self.deploy("--yes", "--with", "terraform", "ApiAccess=open-reads", "MonthlyBudget=a=B")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("The API is at https://abc", run.stdout)
        verbs = [call.split()[2] for call in self.calls("terraform")]
        self.assertEqual(verbs, ["init", "workspace", "plan", "apply", "output"])
        self.assertIn("select -or-create sluice-eu-west-1", self.calls("terraform")[1])
        plan = f"{self.folder}/.build/terraform.plan"
        self.assertIn(f"-out={plan} -var stack_name=sluice -var api_access=open-reads "
                      "-var monthly_budget=a=B",
                      self.calls("terraform")[2])
        self.assertTrue(self.calls("terraform")[3].endswith(plan))
        self.assertFalse(Path(plan).exists())
        self.assertEqual(self.calls("sam"), [])


if __name__ == "__main__":
    unittest.main()

"""What scripts/users sends, without AWS."""

import json
import unittest

from rig import ScriptTest

# The file for the answer is the last argument; the event comes through standard input.
INVOKE = {"'lambda invoke'*": 'cat >"{folder}/event"; echo {answer} >"${{@: -1}}"; echo {fault}'}


class UsersTests(ScriptTest):
    def answer(self, answer: str, fault: str):
        pattern, code = next(iter(INVOKE.items()))
        self.stand_in(
            "aws", {pattern: code.format(folder=self.folder, answer=f"'{answer}'", fault=fault)})

    def event(self):
        return json.loads((self.folder / "event").read_text())

    def test_an_administrator_is_added(self):
        self.answer("{}", "None")
        password = 'quotes " and \\ and ü'
        run = self.run_script(
            "users", "add", "ada", "--role", "admin", "--stack", "mine", text=password + "\n")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(
            self.event(), {"users": "add", "name": "ada", "role": "admin", "password": password})
        [call] = self.calls("aws")
        self.assertIn("--function-name mine-api:live", call)
        self.assertNotIn("quotes", call + run.stdout)
        self.assertEqual(run.stdout, "ada: add, as admin\n")

    def test_others_send_what_they_need(self):
        self.answer("{}", "None")
        for action, text, wanted in [
            ("add", "a password of it\n", {"role": "reader", "password": "a password of it"}),
            ("password", "no line end of it", {"password": "no line end of it"}),
            ("disable", "", {}), ("enable", "", {}),
        ]:
            with self.subTest(action):
                run = self.run_script("users", action, "ada", text=text)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(self.event(), {"users": action, "name": "ada", **wanted})

    def test_a_refusal_is_told(self):
        self.answer('{"errorMessage": "there is a user ada already"}', "Unhandled")
        run = self.run_script("users", "add", "ada", text="a long password\n")
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stderr, "scripts/users: there is a user ada already\n")

    def test_wrong_words_are_refused(self):
        for arguments, reason, status in [
            (["add"], "and a NAME", 2), (["drop", "ada"], "not drop", 2),
            (["disable", "ada", "--role", "admin"], "--role requires add", 2),
            (["add", "ada", "--all"], "unknown option --all", 2),
            (["add", "ada"], "on standard input", 1),
        ]:
            with self.subTest(arguments):
                self.answer("{}", "None")
                run = self.run_script("users", *arguments)
                self.assertEqual(run.returncode, status)
                self.assertIn(reason, run.stderr)
                self.assertEqual(self.calls(), [])


if __name__ == "__main__":
    unittest.main()

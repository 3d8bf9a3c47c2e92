"""Holds docs/operations.md to the template and to its own arithmetic."""

import re
import unittest

from rig import ROOT

TEXT = (ROOT / "docs/operations.md").read_text()


class OperationsTests(unittest.TestCase):
    def test_each_alarm_has_its_section(self):
        template = (ROOT / "template/template.yaml").read_text()
        alarms = re.findall(r"^  (\w+):\n    Type: AWS::CloudWatch::Alarm$", template, re.M)
        sections = re.findall(r"^### (\w+Alarm)$\n(?=\S)", TEXT, re.M)
        self.assertEqual(sorted(sections), sorted(alarms))

    def test_parameters_and_outputs_that_it_names_exist(self):
        template = (ROOT / "template/template.yaml").read_text()
        parts = template.partition("\nRules:")[0] + template.partition("\nOutputs:")[2]
        names = set(re.findall(r"^  (\w+):$", parts, re.M))
        told = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:=[^`]*)?`", TEXT))
        self.assertLessEqual(told - {"DeployRole", "StackRole"}, names)

    def test_the_costs_add_up(self):
        table = TEXT[TEXT.index("| | arithmetic |"):]
        rows = [[cell.strip(" *") for cell in line.split("|")[3:6]]
                for line in table[:table.index("\n\n")].splitlines()[2:]]
        for column, size in enumerate(["hobby", "team", "busy"]):
            *parts, total = [round(float(row[column]) * 100) for row in rows]
            self.assertEqual(sum(parts), total, size)

    def test_links_within_it_lead_somewhere(self):
        titles = re.findall(r"^#+ (.+)$", TEXT, re.M)
        anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        for link in re.findall(r"\]\(#([^)]+)\)", TEXT):
            self.assertIn(link, anchors)


if __name__ == "__main__":
    unittest.main()

"""The Sharemap application: scanners, manual entries, disclosures and the command line around `lineage`."""

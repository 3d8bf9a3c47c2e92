"""Loads hires as most examples do: pandas.read_csv and to_sql.

usage: pandas_to_sql.py URL TABLE FILE
"""

import sys

import pandas
import sqlalchemy

url, table, path = sys.argv[1:4]
names = ["id", "name", "datetime", "department_id", "job_id"]
frame = pandas.read_csv(path, header=None, names=names, parse_dates=["datetime"])
engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
frame.to_sql(table, engine, if_exists="append", index=False)

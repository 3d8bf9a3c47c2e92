"""The same routes by FastAPI and psycopg's pool, which run the same queries.

A generous peer: PostgreSQL builds its JSON too, psycopg prepares the queries when they come again,
and it judges no session, begins no transaction, and adds no ETag and no link.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request, Response
from psycopg import AsyncRawCursor
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

with open(os.environ["BENCH_STATEMENTS"]) as file:
    STATEMENTS: dict[str, str] = json.load(file)

# The JSON goes out as it came.
set_json_loads(lambda text: text)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    options = {"autocommit": True, "cursor_factory": AsyncRawCursor}
    async with AsyncConnectionPool("", min_size=1, max_size=4, kwargs=options, open=False) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def rows(request: Request, case: str, *parameters: object) -> list[tuple]:
    async with request.app.state.pool.connection() as connection:
        cursor = await connection.execute(STATEMENTS[case], parameters)
        return await cursor.fetchall()


def answer(body: str | bytes) -> Response:
    return Response(body, media_type="application/json")


@app.get("/read/first-chunk")
async def first_chunk(
    request: Request,
    table_name: Literal["hired_employees"],
    num_records: Annotated[int, Query(ge=1, le=1000)] = 10,
) -> Response:
    found = await rows(request, "first-chunk", 2 + num_records // 20, num_records)
    return answer(found[0][2])


@app.get("/tables/hired_employees/rows")
async def page(
    request: Request,
    department_id: Annotated[str, Query(pattern=r"^eq\.\d+$")],
    limit: Annotated[int, Query(ge=100, le=100)] = 100,
) -> Response:
    found = await rows(request, "page", department_id.removeprefix("eq."))
    return answer("[" + ",".join(row[0] for row in found) + "]")


@app.get("/metrics/hires")
async def hires(request: Request, year: Annotated[int, Query(ge=1, le=9998)] = 2021) -> Response:
    return answer((await rows(request, "hires", year))[0][0])


@app.get("/metrics/departments")
async def departments(
    request: Request, year: Annotated[int, Query(ge=1, le=9998)] = 2021
) -> Response:
    return answer((await rows(request, "departments", year))[0][0])

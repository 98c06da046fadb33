from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

import asyncpg

PASSES = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
)


@retry(
    retry=retry_if_exception_type(PASSES),
    wait=wait_exponential(multiplier=5, max=60),
    stop=stop_after_attempt(7),
    reraise=True,
)
async def connect():
    return await asyncpg.connect(dsn)

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

import psycopg


# OperationalError is also what a wrong password raises: the number of attempts ends that.
@retry(
    retry=retry_if_exception_type(psycopg.OperationalError),
    wait=wait_exponential(multiplier=5, max=60),
    stop=stop_after_attempt(7),
    reraise=True,
)
def connect():
    return psycopg.connect(conninfo)

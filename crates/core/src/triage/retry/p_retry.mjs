import pRetry, { AbortError } from 'p-retry';

const PASSES = /^(08|57P|53300|ECONN|ETIMEDOUT|EAI_AGAIN|EPIPE)/;

const client = await pRetry(
  async () => {
    try {
      return await pool.connect();
    } catch (error) {
      // Errors without a code are time-outs and connections that broke off.
      if (error.code && !PASSES.test(error.code)) throw new AbortError(error);
      throw error;
    }
  },
  { retries: 6, minTimeout: 5_000, factor: 2, maxTimeout: 60_000, randomize: true },
);

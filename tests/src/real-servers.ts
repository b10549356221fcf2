/** True where tests on real servers of their own can't run: the global setup has said in one line which server is missing and why, and fails where it is required. */
export const missingServers = (): boolean => !process.env.HOLDFAST_TEST_KAFKA || !process.env.HOLDFAST_TEST_REDIS

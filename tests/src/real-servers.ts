/**
 * True where servers for tests are missing. The global setup has reported which one and why; it fails where they are
 * required.
 */
export const missingServers = (): boolean => !process.env.HOLDFAST_TEST_KAFKA || !process.env.HOLDFAST_TEST_REDIS

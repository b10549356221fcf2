// A setup file of vitest, for each worker before its test files: with servers of its own, what it does on Kafka and Redis is not seen by the files that run beside it.

const lane = process.env.VITEST_POOL_ID ?? '1'
for (const name of ['HOLDFAST_TEST_KAFKA', 'HOLDFAST_TEST_REDIS']) {
  const own = process.env[`${name}_${lane}`]
  if (own !== undefined) process.env[name] = own
}

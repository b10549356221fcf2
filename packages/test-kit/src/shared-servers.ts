/** Set by `tests/src/test-namespace.ts` for each test file. */
export const namespaceVariable = 'HOLDFAST_TEST_NAMESPACE'

/** The Kafka and Redis that all test files share, and the namespace of the test file that asks. */
export interface SharedServers {
  /** `host:port`. */
  readonly brokers: string
  readonly redisUrl: string
  readonly namespace: string
}

/** Undefined where either server is missing; the global setup has printed which one, and why. */
export function sharedServers(env: NodeJS.ProcessEnv = process.env): SharedServers | undefined {
  const { HOLDFAST_TEST_KAFKA: brokers, HOLDFAST_TEST_REDIS: redisUrl } = env
  return brokers && redisUrl ? { brokers, redisUrl, namespace: testNamespace(env) } : undefined
}

/** Throws outside of vitest's projects that have `tests/src/test-namespace.ts` as a setup file. */
export function testNamespace(env: NodeJS.ProcessEnv = process.env): string {
  const namespace = env[namespaceVariable]
  if (!namespace) throw new Error(`${namespaceVariable} is not set: this vitest project lacks the setup file tests/src/test-namespace.ts`)
  return namespace
}

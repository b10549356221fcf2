import { outOfNamespace } from '@holdfast/schemas'
import { Kafka, logLevel } from 'kafkajs'
// Fixes a timer of kafkajs, which otherwise prints a Node warning for each test file.
import '@holdfast/streams/kafka'

const withinMs = 10_000

/**
 * Removes the topics of a test file's namespace, because thousands of partitions slow down the files that follow.
 * Never throws: the results of the tests are complete by then.
 */
export async function removeTopicsOf(namespace: string, brokers: string): Promise<void> {
  const options = { connectionTimeout: withinMs, requestTimeout: withinMs, retry: { retries: 0 }, logLevel: logLevel.NOTHING }
  const admin = new Kafka({ clientId: 'holdfast-tests', brokers: brokers.split(','), ...options }).admin()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not within ${withinMs} ms`)), withinMs)
  try {
    await Promise.race([remove(), late.promise])
  } catch (error) {
    console.log(`Topics of ${namespace} were not removed: ${(error as Error).message}`)
  } finally {
    clearTimeout(timer)
    void admin.disconnect().catch(() => undefined)
  }

  async function remove(): Promise<void> {
    await admin.connect()
    const topics = (await admin.listTopics()).filter(name => outOfNamespace(namespace, name) !== undefined)
    if (topics.length > 0) await admin.deleteTopics({ topics })
  }
}

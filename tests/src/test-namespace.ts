import { randomBytes } from 'node:crypto'
import { namespaceVariable } from '@holdfast/test-kit/shared-servers'
import { afterAll } from 'vitest'

// A setup file of vitest: each test file has a namespace of its own, so that files that run at once share one Kafka and
// one Redis.

const namespace = `test-${randomBytes(4).toString('hex')}`
process.env[namespaceVariable] = namespace

afterAll(async () => {
  const brokers = process.env.HOLDFAST_TEST_KAFKA
  if (!brokers) return
  const { removeTopicsOf } = await import('./remove-topics.ts')
  await removeTopicsOf(namespace, brokers)
})

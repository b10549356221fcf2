import { compose } from './docker.ts'
import { end, forgetState, readState } from './state.ts'

// `npm run infra:down`: stops the Kafka and Redis that `infra:up` started, and nothing else. Their data stays.

try {
  const state = readState()
  if (state?.way === 'docker') compose('down')
  const [kafka, redis] = await Promise.all([end(state?.kafka), end(state?.redis)])
  forgetState()
  if (state === undefined) console.log('Nothing to stop: infra:up has started nothing here')
  if (state?.way === 'native')
    console.log(`Kafka ${kafka ? 'has ended' : 'was not running'}, Redis ${redis ? 'has ended' : 'was not running'}`)
} catch (error) {
  console.error(`infra:down: ${(error as Error).message}`)
  process.exitCode = 1
}

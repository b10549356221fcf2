import { examine, invariants, sentLine } from './check.ts'
import type { Observations } from './observations.ts'
import { readObservations } from './read-observations.ts'

// `node tests/checker/main.ts FILE` checks a file of observations (observations.ts). Exit code 0: every invariant
// holds; 1: one does not; 2: the file is missing or is not one.

const [file = ''] = process.argv.slice(2)
if (file === '' || file === '--help') {
  console.log('node tests/checker/main.ts FILE\n\nChecks a JSON file of observations (tests/checker/observations.ts) for:\n')
  for (const [name, sentence] of Object.entries(invariants)) console.log(`  ${name}\n      ${sentence}`)
  process.exit(file === '' ? 2 : 0)
}

const { violations, orders, notifications, noise } = examine(await read(file))
for (const { invariant, requestId, message } of violations)
  console.log(`${invariant}: ${requestId ? `request ${requestId}: ` : ''}${message}`)
const repeated = `${orders.repeats.length} orders and ${notifications.repeats.length} notifications were repeated`
console.log(sentLine({ orders, notifications }))
console.log(`${violations.length} violations; ${repeated}; ${noise} records of late owners`)
process.exitCode = violations.length > 0 ? 1 : 0

async function read(path: string): Promise<Observations> {
  try {
    return await readObservations(path)
  } catch (error) {
    console.error(`${path} can't be read: ${(error as Error).message}`)
    process.exit(2)
  }
}

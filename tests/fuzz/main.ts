import { availableParallelism } from 'node:os'
import { type FuzzOptions, readArguments, usage } from './src/arguments.ts'
import { lead, sendOnly, shareName, work } from './src/lead.ts'

const args = process.argv.slice(2)
const share = process.env[shareName]
// The reader of the output has gone, such as `head`.
process.stdout.once('error', () => process.exit(1))

function asked(): FuzzOptions {
  try {
    const read = readArguments(args, availableParallelism(), Date.now())
    if (read) return read
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}

const options = asked()
if (share !== undefined) {
  const [first = 0, every = 1] = share.split('/').map(Number)
  await work(options, first, every)
} else if (options.only !== undefined) process.exitCode = (await sendOnly({ ...options, only: options.only })) ? 0 : 1
else process.exitCode = (await lead(options, args)) ? 0 : 1

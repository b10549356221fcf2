import { openStoredMemberships } from '../src/kafka/stored-memberships.ts'
import { silentLog } from '../src/log.ts'

// A group member in its own process, for tests that kill or suspend it.

const memberships = openStoredMemberships({ path: process.argv[2] ?? '', log: silentLog })
memberships.store('ledger', 'ledger-1')
// Writes of one turn share a commit, which precedes this timer.
setTimeout(() => process.stdout.write('kept\n'), 50)
setInterval(() => {}, 1_000)

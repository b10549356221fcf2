import { openStoredMemberships } from '../src/kafka/stored-memberships.ts'
import { silentLog } from '../src/log.ts'

// A process that is a member of a group, for tests that kill it or put it to sleep.

const memberships = openStoredMemberships({ path: process.argv[2] ?? '', log: silentLog })
memberships.keep('ledger', 'ledger-1')
// Writes of one turn share a commit, which comes before what is set later.
setTimeout(() => process.stdout.write('kept\n'), 50)
setInterval(() => {}, 1_000)

import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { keysBackupCommand, keysTombstonesCommand } from './copies.ts'
import { keysDestroyCommand } from './destroy.ts'
import { keysRewrapCommand, keysRotateCommand } from './renew.ts'
import { keysRestoreCommand } from './restore.ts'

const after = `
For operators. Personal data (names, accounts, free text) is encrypted in commands and facts. Each request has a data key for each country whose personal data it
holds; a key of that country encrypts the data key, and the master key encrypts the country key. A ledger without its keys still verifies, but its personal
data is lost: no key can be made again.

The commands use the key store of the services' settings: HOLDFAST_KEYS_REDIS_URL, or "keys.sqlite" in HOLDFAST_DATA. With Redis, the engine keeps running.
An embedded engine locks its files, so stop it first; backup and tombstones can also read a file system snapshot of its folder. A Redis with access control
lets only its user "operator" do this, and no service: HOLDFAST_REDIS_USERNAME and HOLDFAST_REDIS_PASSWORD_FILE.

Store apart from each other: copies of the keys, the master keys, lists of tombstones, and backups of the ledger. The ledger, the keys and the master keys
together reveal everything; without one of the three, no personal data is readable. If the list of tombstones is lost together with the store, an older copy
brings back destroyed keys. Only their user can read the files.
`

/** `holdfast keys`: manages the keys that encrypt personal data. */
export const keysCommand = (terminal: Terminal): Command => {
  const command = new Command('keys')
    .description('back up, restore, rotate and destroy the keys that encrypt personal data (operators)')
    .addHelpText('after', after)
  for (const build of [
    keysBackupCommand,
    keysTombstonesCommand,
    keysRestoreCommand,
    keysRotateCommand,
    keysRewrapCommand,
    keysDestroyCommand,
  ])
    command.addCommand(build(terminal))
  return command
}

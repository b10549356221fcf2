import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { keysBackupCommand, keysTombstonesCommand } from './copies.ts'
import { keysDestroyCommand } from './destroy.ts'
import { keysRewrapCommand, keysRotateCommand } from './renew.ts'
import { keysRestoreCommand } from './restore.ts'

const after = `
For who runs the engine. The words of persons (names, accounts, free text) lie sealed in commands and facts. Each request has a key for each country whose words it seals; a key of that country wraps it, and a master key that. A ledger without its keys
verifies as before, and its words are gone: nothing makes a key again.

The keys are found where the environment of the services names them: HOLDFAST_KEYS_REDIS_URL, or "keys.sqlite" in HOLDFAST_DATA. On Redis the engine goes on meanwhile. An embedded engine keeps its files to itself, and that of the keys is opened
exclusively: stop it first; backup and tombstones also read a copy of its folder that the file system made at one instant. A Redis that asks who comes lets its user "operator" do this, and no service: HOLDFAST_REDIS_USERNAME and HOLDFAST_REDIS_PASSWORD_FILE.

Keep apart from each other: copies of the keys, the master keys, lists of tombstones, and backups of the ledger. Who has the ledger, the keys and the master keys reads everything; who lacks one of the three reads no word that is sealed. And where the
list is lost together with the store, nothing keeps an older copy from bringing back what was destroyed. The files are made for their user alone.
`

/** `holdfast keys`: the keys by which the words of persons are sealed. */
export const keysCommand = (terminal: Terminal): Command => {
  const command = new Command('keys')
    .description('back up, restore, renew and destroy the keys by which words are sealed')
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

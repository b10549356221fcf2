import { Command } from 'commander'
import { parseCountry } from '../connect.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { withKeys } from './with-keys.ts'

const aboutRotate = `
Within a second, services encrypt the data keys of new requests with the new key. Existing data keys stay encrypted with older versions until "holdfast keys rewrap".
Facts and personal data do not change.

Example:
  holdfast keys rotate TL
`

const aboutRewrap = `
Re-encrypts each key that is not encrypted with its current parent: country keys with the master key of the first line, then data keys with the newest key of
their country. After an interruption, run it again: it skips finished keys. Make a new "holdfast keys backup" afterwards: an older copy needs the old master key.
Exit code 1 if some keys cannot be decrypted: they stay unchanged, and you must keep the old master key.

Example:
  holdfast keys rewrap
`

export const keysRotateCommand = (terminal: Terminal): Command =>
  new Command('rotate')
    .description('give a country a new key for its new requests')
    .argument('<country>', 'its code, such as TL', parseCountry)
    .addHelpText('after', aboutRotate)
    .action(async (country: string) => {
      const version = await withKeys(terminal, async ({ ring, store }) => {
        const [current] = await store.currentCountryKeys([country])
        if (!current) throw new Failure(`${country} has no key yet: its first request creates one`)
        return ring.rotate(country)
      })
      await terminal.write(`${country} has a key of version ${version}\n`)
    })

const toldMax = 20

export const keysRewrapCommand = (terminal: Terminal): Command =>
  new Command('rewrap')
    .description('re-encrypt data keys with the current master and country keys')
    .addHelpText('after', aboutRewrap)
    .action(async () => {
      const { rewrapped, masterKey } = await withKeys(terminal, async ({ ring, masterKeys }) => {
        const masterKey = masterKeys.current
        try {
          return { masterKey, rewrapped: await ring.rewrap(count => terminal.showProgress(`${count} keys of requests`)) }
        } finally {
          terminal.showProgress(undefined)
        }
      })
      const { countryKeys, requestKeys, unreadable } = rewrapped
      for (const keyId of unreadable.slice(0, toldMax))
        terminal.tell(`key ${keyId} cannot be decrypted: its parent key is missing or another one, or it is damaged`)
      if (unreadable.length > toldMax) terminal.tell(`and ${unreadable.length - toldMax} more`)
      if (unreadable.length > 0) terminal.setExitCode(1)
      const left = unreadable.length > 0 ? `; unchanged: ${unreadable.length}` : ''
      await terminal.write(
        `re-encrypted with master key ${masterKey}: keys of countries: ${countryKeys}, keys of requests: ${requestKeys}${left}\n`,
      )
    })

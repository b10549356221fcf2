import { Command } from 'commander'
import { parseCountry } from '../connect.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { withKeys } from './with-keys.ts'

const aboutRotate = `
Requests that are new are sealed with keys that this one wraps, in services that run within a second. Keys that are there stay wrapped by the versions before, until "holdfast keys rewrap". No fact is another for it, and no word is sealed anew.

Example:
  holdfast keys rotate TL
`

const aboutRewrap = `
Wraps anew what is not wrapped by the current key above it: keys of countries by the master key of the first line, then keys of requests by the newest key of their country. It may be cut off anywhere and said again: what is done is passed over. Take a new
"holdfast keys backup" afterwards: an older one needs the old master key for as long as it is kept.
Exit code 1 when some keys can't be unwrapped: they stay as they are, and the old master key has to stay too.

Example:
  holdfast keys rewrap
`

export const keysRotateCommand = (terminal: Terminal): Command =>
  new Command('rotate')
    .description('give a country another key for its new requests')
    .argument('<country>', 'its code, such as TL', parseCountry)
    .addHelpText('after', aboutRotate)
    .action(async (country: string) => {
      const version = await withKeys(terminal, async ({ ring, store }) => {
        const [current] = await store.currentCountryKeys([country])
        if (!current) throw new Failure(`${country} has no key yet: its first is made with its first request`)
        return ring.rotate(country)
      })
      await terminal.write(`${country} has a key of version ${version}\n`)
    })

const toldMax = 20

export const keysRewrapCommand = (terminal: Terminal): Command =>
  new Command('rewrap')
    .description('wrap anew what is not wrapped by the current master key or key of its country')
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
        terminal.tell(`key ${keyId} can't be unwrapped: the key above it is missing or another one, or it is damaged`)
      if (unreadable.length > toldMax) terminal.tell(`and ${unreadable.length - toldMax} more`)
      if (unreadable.length > 0) terminal.setExitCode(1)
      const left = unreadable.length > 0 ? `; left as they are: ${unreadable.length}` : ''
      await terminal.write(
        `wrapped anew, the master key is ${masterKey}: keys of countries: ${countryKeys}, keys of requests: ${requestKeys}${left}\n`,
      )
    })

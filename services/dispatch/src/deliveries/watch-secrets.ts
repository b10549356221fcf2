import { type Directory, problemOfSecret, type UnusableRecipient, unusableRecipients, type WebhookSecrets } from '@holdfast/directory'
import type { Logger } from '@holdfast/runtime'
import type { CircuitState } from '@holdfast/schemas'

export interface SecretWatchOptions {
  readonly directory: () => Directory
  readonly secrets: WebhookSecrets
  readonly nowMs: () => number
  readonly log: Logger
  /** Called with the addresses whose secrets can be read again. */
  readonly onMended: (urls: ReadonlySet<string>) => void
  /** Default 1,000 ms. */
  readonly everyMs?: number
}

/** Which recipients have no usable secret. */
export interface SecretWatch {
  /** Looks at all secrets. To be called when the directory is another one. */
  look(): void
  /** With an address, and what its state is: no order goes out to it. */
  unusable(): ReadonlyMap<string, CircuitState>
  stop(): void
}

/**
 * Looks at the secrets of all webhooks now, and each second at those that could not be read: all would take half a
 * second where a directory is full. Logs which recipient lacks one, once for each change. A missing secret holds up
 * the orders of its own recipient alone, as an endpoint does that does not answer.
 */
export function watchSecrets(options: SecretWatchOptions): SecretWatch {
  const { directory, secrets, nowMs, log, onMended, everyMs = 1_000 } = options
  let known = new Map<string, { readonly recipient: UnusableRecipient; readonly sinceMs: number }>()

  let unreadable = new Set<string>()

  function look(mayBeUnreadable: (keyId: string) => boolean = () => true): void {
    const before = known
    known = new Map()
    const found = new Set<string>()
    const problemOfKey = (keyId: string): string | undefined => {
      const problem = mayBeUnreadable(keyId) ? problemOfSecret(secrets, keyId) : undefined
      if (problem !== undefined) found.add(keyId)
      return problem
    }
    for (const recipient of unusableRecipients(directory(), problemOfKey)) {
      const { country, name, url, problem } = recipient
      const former = before.get(url)
      known.set(url, { recipient, sinceMs: former?.sinceMs ?? nowMs() })
      if (former?.recipient.problem !== problem)
        log.error(
          { recipient: name, country, problem },
          'a recipient gets no orders: its webhook secret can not be read. Put the secret in place, or change keyIds in the directory',
        )
    }
    unreadable = found
    const mended = new Set([...before.keys()].filter(url => !known.has(url)))
    if (mended.size === 0) return
    for (const url of mended) log.info({ recipient: before.get(url)?.recipient.name }, 'a recipient can be sent orders again')
    onMended(mended)
  }

  look()
  const looking = setInterval(() => {
    const former = unreadable
    if (former.size > 0) look(keyId => former.has(keyId))
  }, everyMs)
  looking.unref()
  return {
    look: () => look(),
    unusable: () =>
      new Map(
        [...known].map(([url, { recipient, sinceMs }]) => {
          const at = new Date(sinceMs).toISOString()
          const lastFailure = { at, why: recipient.problem.slice(0, 300) }
          return [url, { recipient: recipient.name.slice(0, 300), state: 'open', since: at, waiting: 0, lastFailure }]
        }),
      ),
    stop: () => clearInterval(looking),
  }
}

import { type Directory, problemOfSecret, type UnusableRecipient, unusableRecipients, type WebhookSecrets } from '@holdfast/directory'
import type { Logger } from '@holdfast/runtime'
import type { CircuitState } from '@holdfast/schemas'

export interface SecretWatchOptions {
  readonly directory: () => Directory
  readonly secrets: WebhookSecrets
  readonly nowMs: () => number
  readonly log: Logger
  /** Called with the addresses whose secrets are readable again. */
  readonly onRepaired: (urls: ReadonlySet<string>) => void
  /** Default 1,000 ms. */
  readonly everyMs?: number
}

/** Watches which recipients have no usable secret. */
export interface SecretWatch {
  /** Checks all secrets. Call it when the directory has changed. */
  checkAll(): void
  /** By address, the state of each recipient that cannot be sent orders. */
  unusable(): ReadonlyMap<string, CircuitState>
  stop(): void
}

/**
 * Checks the secrets of all webhooks now, and each second those that were unreadable; checking all takes half a second
 * with a full directory. Logs each recipient without a secret once for each change. A missing secret delays the orders
 * of its own recipient only.
 */
export function watchSecrets(options: SecretWatchOptions): SecretWatch {
  const { directory, secrets, nowMs, log, onRepaired, everyMs = 1_000 } = options
  let known = new Map<string, { readonly recipient: UnusableRecipient; readonly sinceMs: number }>()

  let unreadable = new Set<string>()

  function checkAll(mayBeUnreadable: (keyId: string) => boolean = () => true): void {
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
          'A recipient gets no orders, because its webhook secret is unreadable. Restore the secret, or change keyIds in the directory',
        )
    }
    unreadable = found
    const repaired = new Set([...before.keys()].filter(url => !known.has(url)))
    if (repaired.size === 0) return
    for (const url of repaired)
      log.info({ recipient: before.get(url)?.recipient.name }, 'The recipient has a usable webhook secret again; sending its orders')
    onRepaired(repaired)
  }

  checkAll()
  const timer = setInterval(() => {
    const former = unreadable
    if (former.size > 0) checkAll(keyId => former.has(keyId))
  }, everyMs)
  timer.unref()
  return {
    checkAll: () => checkAll(),
    unusable: () =>
      new Map(
        [...known].map(([url, { recipient, sinceMs }]) => {
          const at = new Date(sinceMs).toISOString()
          const lastFailure = { at, why: recipient.problem.slice(0, 300) }
          return [url, { recipient: recipient.name.slice(0, 300), state: 'open', since: at, waiting: 0, lastFailure }]
        }),
      ),
    stop: () => clearInterval(timer),
  }
}

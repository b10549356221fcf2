/** The settings as text: rules between settings are checked even if one of them is invalid. */
type Settings = Readonly<Record<string, unknown>>

/** What lets other programs read or imitate the traffic of this service with a backend. */
export interface OpenBackend {
  readonly setting: string
  readonly reason: string
}

/** Settings that are incomplete or contradictory, and in production missing ones: one line each. */
export function backendProblems(given: Settings): string[] {
  return [
    ...halves(given),
    ...(mayBeOpen(given) ? [] : openBackends(given).map(({ setting, reason }) => `${setting}: is missing: ${reason}`)),
  ]
}

function* halves(given: Settings): Generator<string> {
  for (const [one, other] of pairs) {
    if (given[one] && !given[other]) yield `${other}: is missing: it is required together with ${one}`
    if (given[other] && !given[one]) yield `${one}: is missing: it is required together with ${other}`
  }
  if (given.HOLDFAST_KAFKA_TLS_CERT_FILE && !given.HOLDFAST_KAFKA_TLS_CA_FILE)
    yield 'HOLDFAST_KAFKA_TLS_CA_FILE: is missing: client certificates need TLS, which this file switches on'
  const kafka = named(given, 'HOLDFAST_KAFKA_', ['TLS_CA_FILE', 'TLS_CERT_FILE', 'USERNAME'])
  if (kafka && !given.HOLDFAST_KAFKA_BROKERS) yield `HOLDFAST_KAFKA_BROKERS: is missing: ${kafka} has no effect without it`
  const redis = named(given, 'HOLDFAST_REDIS_', ['TLS_CA_FILE', 'TLS_CERT_FILE', 'USERNAME'])
  if (redis && !given.HOLDFAST_REDIS_URL) yield `HOLDFAST_REDIS_URL: is missing: ${redis} has no effect without it`
  const address = addressOf(given)
  if (address?.protocol === 'redis:' && (given.HOLDFAST_REDIS_TLS_CA_FILE || given.HOLDFAST_REDIS_TLS_CERT_FILE))
    yield 'HOLDFAST_REDIS_URL: must start with rediss://: certificates have no effect without TLS'
  if (address && (address.username || address.password) && given.HOLDFAST_REDIS_USERNAME)
    yield 'HOLDFAST_REDIS_URL: has a user or password, and HOLDFAST_REDIS_USERNAME or HOLDFAST_REDIS_PASSWORD_FILE is set too: remove them from the address'
}

const pairs = [
  ['HOLDFAST_KAFKA_USERNAME', 'HOLDFAST_KAFKA_PASSWORD_FILE'],
  ['HOLDFAST_KAFKA_TLS_CERT_FILE', 'HOLDFAST_KAFKA_TLS_KEY_FILE'],
  ['HOLDFAST_REDIS_USERNAME', 'HOLDFAST_REDIS_PASSWORD_FILE'],
  ['HOLDFAST_REDIS_TLS_CERT_FILE', 'HOLDFAST_REDIS_TLS_KEY_FILE'],
] as const

const named = (given: Settings, start: string, ends: readonly string[]): string | undefined =>
  ends.map(end => start + end).find(setting => given[setting])

const mayBeOpen = ({ HOLDFAST_ENV: env, HOLDFAST_OPEN_BACKENDS: open }: Settings): boolean => env !== 'production' || open === 'allow'

/** What the backends of a cluster lack in production, whether that is allowed or not. Empty for the embedded engine. */
export function openBackends(given: Settings): OpenBackend[] {
  if (!given.HOLDFAST_KAFKA_BROKERS || !given.HOLDFAST_REDIS_URL) return []
  const address = addressOf(given)
  const found: (OpenBackend | false)[] = [
    !given.HOLDFAST_KAFKA_TLS_CA_FILE && {
      setting: 'HOLDFAST_KAFKA_TLS_CA_FILE',
      reason: 'without TLS, an attacker on the network can read and change all records',
    },
    !given.HOLDFAST_KAFKA_USERNAME &&
      !given.HOLDFAST_KAFKA_TLS_CERT_FILE && {
        setting: 'HOLDFAST_KAFKA_USERNAME',
        reason:
          'without a user or a certificate (HOLDFAST_KAFKA_TLS_CERT_FILE), Kafka cannot authenticate this service or protect the ledger from others',
      },
    address?.protocol === 'redis:' && {
      setting: 'HOLDFAST_REDIS_URL with rediss://',
      reason: 'without TLS, an attacker on the network can read and change all states',
    },
    keysAddressOf(given)?.protocol === 'redis:' && {
      setting: 'HOLDFAST_KEYS_REDIS_URL with rediss://',
      reason: 'without TLS, an attacker on the network can read the encrypted data keys and change them',
    },
    !given.HOLDFAST_REDIS_USERNAME && {
      setting: 'HOLDFAST_REDIS_USERNAME',
      reason: 'without a user of this service and its password in a file, Redis cannot authenticate who changes a state',
    },
  ]
  return found.filter(each => each !== false)
}

const addressOf = ({ HOLDFAST_REDIS_URL: url }: Settings): URL | undefined => parsed(url)
const keysAddressOf = ({ HOLDFAST_KEYS_REDIS_URL: url }: Settings): URL | undefined => parsed(url)
const parsed = (url: unknown): URL | undefined => (typeof url === 'string' ? (URL.parse(url) ?? undefined) : undefined)

/** What was set, as text: rules between settings are looked at also where one of them is wrong by itself. */
type Settings = Readonly<Record<string, unknown>>

/** What keeps a backend from being one that only this service speaks to, unheard. */
export interface OpenBackend {
  readonly setting: string
  readonly words: string
}

/** What is set by halves, or twice, and in production what is missing: a line each. */
export function backendProblems(given: Settings): string[] {
  return [
    ...halves(given),
    ...(mayBeOpen(given) ? [] : openBackends(given).map(({ setting, words }) => `${setting}: is missing: ${words}`)),
  ]
}

function* halves(given: Settings): Generator<string> {
  for (const [one, other] of pairs) {
    if (given[one] && !given[other]) yield `${other}: is missing: it goes with ${one}`
    if (given[other] && !given[one]) yield `${one}: is missing: it goes with ${other}`
  }
  if (given.HOLDFAST_KAFKA_TLS_CERT_FILE && !given.HOLDFAST_KAFKA_TLS_CA_FILE)
    yield 'HOLDFAST_KAFKA_TLS_CA_FILE: is missing: a certificate is shown by TLS alone, which that file switches on'
  const kafka = named(given, 'HOLDFAST_KAFKA_', ['TLS_CA_FILE', 'TLS_CERT_FILE', 'USERNAME'])
  if (kafka && !given.HOLDFAST_KAFKA_BROKERS) yield `HOLDFAST_KAFKA_BROKERS: is missing: ${kafka} is of no use without`
  const redis = named(given, 'HOLDFAST_REDIS_', ['TLS_CA_FILE', 'TLS_CERT_FILE', 'USERNAME'])
  if (redis && !given.HOLDFAST_REDIS_URL) yield `HOLDFAST_REDIS_URL: is missing: ${redis} is of no use without`
  const address = addressOf(given)
  if (address?.protocol === 'redis:' && (given.HOLDFAST_REDIS_TLS_CA_FILE || given.HOLDFAST_REDIS_TLS_CERT_FILE))
    yield 'HOLDFAST_REDIS_URL: has to begin with rediss://: certificates are of no use without TLS'
  if (address && (address.username || address.password) && given.HOLDFAST_REDIS_USERNAME)
    yield 'HOLDFAST_REDIS_URL: names a user or password, and so do HOLDFAST_REDIS_USERNAME and HOLDFAST_REDIS_PASSWORD_FILE: take them out of the address'
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

/** What an engine on Kafka and Redis lacks in production, whether that is allowed or not. None of the embedded one. */
export function openBackends(given: Settings): OpenBackend[] {
  if (!given.HOLDFAST_KAFKA_BROKERS || !given.HOLDFAST_REDIS_URL) return []
  const address = addressOf(given)
  const found: (OpenBackend | false)[] = [
    !given.HOLDFAST_KAFKA_TLS_CA_FILE && {
      setting: 'HOLDFAST_KAFKA_TLS_CA_FILE',
      words: 'without TLS whoever is on the way to Kafka reads and changes what goes there',
    },
    !given.HOLDFAST_KAFKA_USERNAME &&
      !given.HOLDFAST_KAFKA_TLS_CERT_FILE && {
        setting: 'HOLDFAST_KAFKA_USERNAME',
        words:
          'without a user, or a certificate (HOLDFAST_KAFKA_TLS_CERT_FILE), Kafka can not tell this service from any other, nor keep others from the ledger',
      },
    address?.protocol === 'redis:' && {
      setting: 'HOLDFAST_REDIS_URL with rediss://',
      words: 'without TLS whoever is on the way to Redis reads and changes what goes there',
    },
    keysAddressOf(given)?.protocol === 'redis:' && {
      setting: 'HOLDFAST_KEYS_REDIS_URL with rediss://',
      words: 'without TLS whoever is on the way to the keys of words reads them, as they are wrapped, and changes them',
    },
    !given.HOLDFAST_REDIS_USERNAME && {
      setting: 'HOLDFAST_REDIS_USERNAME',
      words: 'without a user of this service, and its password in a file, Redis can not tell who changes a state',
    },
  ]
  return found.filter(each => each !== false)
}

const addressOf = ({ HOLDFAST_REDIS_URL: url }: Settings): URL | undefined => parsed(url)
const keysAddressOf = ({ HOLDFAST_KEYS_REDIS_URL: url }: Settings): URL | undefined => parsed(url)
const parsed = (url: unknown): URL | undefined => (typeof url === 'string' ? (URL.parse(url) ?? undefined) : undefined)

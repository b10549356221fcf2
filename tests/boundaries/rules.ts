import type { ICruiseOptions, IForbiddenRuleType, IResolveOptions } from 'dependency-cruiser'

// Import rules. `check.ts` applies them, `boundaries.test.ts` proves that each one works.

/** The peers of the benchmark use bare libraries. */
const asPeers = '^bench/peers/'
export const inTests = '(\\.test\\.ts$|^[^.]*/test/)'
const core = [
  '^schemas/src/',
  '^packages/(core|countries|proof)/(src|page)/',
  '^workflows/[^/]+/src/(?!iso20022/)',
  '^packages/trust/src/(chain|verify-history)\\.ts$',
]
/** Modules with a variant for browsers, as the `imports` of their package say, and the one that reads a file. */
const ofNode = [
  '^(schemas/src/digests|packages/proof/src/(hashing|signing))/of-node\\.ts$',
  '^packages/countries/src/date-holidays/on-demand\\.ts$',
  '^workflows/payment-stop/src/law/read-profiles\\.ts$',
]
/**
 * Layers of the desk's folders: its projection, then code shared by several endpoints. Every other folder has the
 * endpoints of one subject.
 */
const projectionOfDesk = 'access|cursors|lists|personal-data|projection|search|transparency-log'
const sharedInDesk = `ledgers|${projectionOfDesk}|ledger-consumer|operations|page|proof|stream`
/** Folders of the page that its features share. Any other folder is a feature, except `app`, which composes them. */
const sharedOfPage = 'api|commands|components|core|desk-work|facts|locales|look|request-table|saved-views|session|time|workflow'
/** Folders of payment stops on the page that all of its features use. */
const sharedOfStops = 'api|commands|deadlines|document|facts|money'
const workspaces = '^(schemas|packages|services|workflows|tests|bench|infra)/'

export const forbidden: IForbiddenRuleType[] = [
  {
    name: 'schemas-stand-alone',
    comment: 'schemas import no other package',
    severity: 'error',
    from: { path: '^schemas/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/' },
  },
  {
    name: 'core-and-countries-know-schemas-only',
    comment: 'the core, which knows no workflow, and the data of countries import schemas only',
    severity: 'error',
    from: { path: '^packages/(core|countries)/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'a-workflow-knows-the-core-only',
    comment: 'a workflow is pure: it imports the core, schemas and the data of countries, and no other workflow',
    severity: 'error',
    from: { path: '^workflows/([^/]+)/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: ['^workflows/$1/', '^packages/(core|countries)/'] },
  },
  {
    name: 'the-lifecycle-knows-no-law',
    comment: 'the lifecycle asks a policy for the law of the countries, and knows no rules and no messages of banks',
    severity: 'error',
    from: { path: '^workflows/payment-stop/src/lifecycle/', pathNot: inTests },
    to: { path: '^workflows/payment-stop/src/(law|rules|iso20022)/' },
  },
  {
    name: 'bank-messages-know-schemas-only',
    comment: 'ISO 20022 messages are read and written without an engine: they import schemas and the language only',
    severity: 'error',
    from: { path: '^workflows/payment-stop/src/iso20022/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: '^workflows/payment-stop/src/(iso20022|language)/' },
  },
  {
    name: 'proof-knows-schemas-only',
    comment: 'exports are verified without an engine: the verifier imports schemas only',
    severity: 'error',
    from: { path: '^packages/proof/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: '^packages/proof/' },
  },
  {
    name: 'encryption-knows-no-engine',
    comment: 'decryption needs keys and no engine: no stream, state or service; only wrappers of ports import those',
    severity: 'error',
    from: { path: '^packages/encryption/', pathNot: [inTests, '^packages/encryption/src/wrappers/'] },
    to: {
      path: '^(packages|services|workflows)/',
      pathNot: ['^packages/(core|sqlite|stores|trust)/', '^packages/encryption/(?!src/wrappers/)'],
    },
  },
  {
    name: 'wrappers-of-encryption-know-ports-only',
    comment: 'encryption and decryption belong to the ports of streams and stores, independent of services',
    severity: 'error',
    from: { path: '^packages/encryption/src/wrappers/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: '^packages/(core|encryption|stores|streams|trust)/' },
  },
  {
    name: 'the-runtime-knows-no-sender',
    comment: 'the runtime of a process is below senders and transports: the command line uses it without HTTP',
    severity: 'error',
    from: { path: '^packages/runtime/', pathNot: inTests },
    to: { path: '^packages/(access|http|service-kit)/' },
  },
  {
    name: 'access-knows-no-http',
    comment: 'authentication and permissions are the same for Kafka, files and HTTP',
    severity: 'error',
    from: { path: '^packages/access/', pathNot: inTests },
    to: { path: '^packages/(http|service-kit)/' },
  },
  {
    name: 'http-starts-nothing',
    comment: 'the service kit composes and starts the parts of a service: no part imports it',
    severity: 'error',
    from: { path: '^packages/http/', pathNot: inTests },
    to: { path: '^packages/service-kit/' },
  },
  {
    name: 'the-runtime-is-for-processes',
    comment: 'the core, the ports and their drivers are below the runtime of a process',
    severity: 'error',
    from: { path: '^(schemas|packages)/', pathNot: [inTests, '^packages/(runtime|access|http|service-kit|cli|test-kit)/'] },
    to: { path: '^packages/(runtime|access|http|service-kit)/' },
  },
  {
    name: 'directory-knows-schemas-and-countries-only',
    comment: 'the directory is data, and a receiver verifies a webhook without an engine',
    severity: 'error',
    from: { path: '^packages/directory/', pathNot: inTests },
    to: { path: '^(packages|services|workflows)/', pathNot: '^packages/(directory|countries)/' },
  },
  {
    name: 'the-core-is-pure',
    comment:
      'code that decides, derives states and verifies has no clock and no I/O and runs in a browser: no Node, except in modules for Node',
    severity: 'error',
    from: { path: core, pathNot: [inTests, ...ofNode] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the-page-stands-on-the-core',
    comment:
      'the page runs in a browser: it imports schemas, the language of workflows and the chain, and uses the engine’s public interface',
    severity: 'error',
    from: { path: '^packages/desk-web/src/', pathNot: inTests },
    to: {
      path: '^(schemas|packages|services|workflows)/',
      pathNot: [
        '^packages/desk-web/',
        '^schemas/src/',
        '^workflows/[^/]+/src/language/',
        '^packages/trust/src/(chain|verify-history)\\.ts$',
      ],
    },
  },
  {
    name: 'shared-folders-of-the-page-know-no-feature',
    comment: 'components and the other shared folders of the page are below its features',
    severity: 'error',
    from: { path: `^packages/desk-web/src/(${sharedOfPage})/`, pathNot: inTests },
    to: { path: '^packages/desk-web/src/', pathNot: `^packages/desk-web/src/(${sharedOfPage})/` },
  },
  {
    name: 'features-of-the-page-stand-apart',
    comment: 'a feature of the page imports shared folders, and no other feature: app composes them',
    severity: 'error',
    from: { path: '^packages/desk-web/src/([^/]+)/', pathNot: `^packages/desk-web/src/(app|${sharedOfPage})/` },
    to: { path: '^packages/desk-web/src/', pathNot: `^packages/desk-web/src/($1|${sharedOfPage})/` },
  },
  {
    name: 'features-of-payment-stops-on-the-page-stand-apart',
    comment: 'a feature of payment stops on the page imports their shared folders, and no other feature',
    severity: 'error',
    from: { path: '^packages/desk-web/src/payment-stops/([^/]+)/' },
    to: {
      path: '^packages/desk-web/src/payment-stops/',
      pathNot: `^packages/desk-web/src/payment-stops/($1|${sharedOfStops})/`,
    },
  },
  {
    name: 'packages-know-no-service',
    comment: 'services import packages, never the reverse',
    severity: 'error',
    from: { path: '^packages/' },
    to: { path: '^services/' },
  },
  {
    name: 'no-service-imports-another',
    comment: 'services communicate through topics; only standalone composes them',
    severity: 'error',
    from: { path: '^services/(?!standalone/)([^/]+)/' },
    to: { path: '^services/', pathNot: '^services/$1/' },
  },
  {
    name: 'the-desks-projection-knows-no-endpoint',
    comment: 'endpoints read the projection, which imports no layer above it',
    severity: 'error',
    from: { path: `^services/desk/src/(${projectionOfDesk})/`, pathNot: inTests },
    to: {
      path: '^services/desk/src/',
      pathNot: [`^services/desk/src/(${projectionOfDesk})/`, '^services/desk/src/(aes-text|page-queue)\\.ts$'],
    },
  },
  {
    name: 'endpoints-of-the-desk-stand-apart',
    comment: 'code that two subjects need moves down to a shared folder, which imports no subject',
    severity: 'error',
    from: { path: '^services/desk/src/([^/]+)/', pathNot: [inTests, `^services/desk/src/(?:${projectionOfDesk})/`] },
    to: { path: '^services/desk/src/[^/]+/', pathNot: ['^services/desk/src/$1/', `^services/desk/src/(?:${sharedInDesk})/`] },
  },
  {
    name: 'nothing-imports-tests',
    severity: 'error',
    from: { pathNot: '^tests/' },
    to: { path: '^tests/' },
  },
  {
    name: 'the-checker-stands-alone',
    comment: 'the checker shares no code with the engine: a shared defect would stay hidden',
    severity: 'error',
    from: { path: '^tests/checker/' },
    to: { path: workspaces, pathNot: '^tests/checker/' },
  },
  {
    name: 'nothing-imports-bench',
    severity: 'error',
    from: { pathNot: '^bench/' },
    to: { path: '^bench/' },
  },
  {
    name: 'nothing-imports-infra',
    severity: 'error',
    from: { pathNot: '^infra/' },
    to: { path: '^infra/' },
  },
  {
    name: 'test-kit-is-for-tests',
    comment: 'only tests, the benchmarks and the demo may import test code',
    severity: 'error',
    from: { path: '^(schemas|packages|services|workflows)/', pathNot: [inTests, '^packages/test-kit/', '^services/standalone/src/demo'] },
    to: { path: '^packages/test-kit/' },
  },
  {
    name: 'parts-of-drivers-are-for-drivers',
    comment: '`driver/*` of streams and stores is for their drivers; the in-memory driver is in the test kit',
    severity: 'error',
    from: { path: '^(packages|services|workflows)/', pathNot: ['^packages/(streams|stores|test-kit)/', inTests] },
    to: { path: '^packages/(streams|stores)/src/', pathNot: '/index\\.ts$' },
  },
  {
    name: 'kafkajs-stays-behind-its-port',
    comment: 'kafkajs is unmaintained: one folder imports it',
    severity: 'error',
    from: { path: workspaces, pathNot: ['^packages/streams/src/kafka/', '^tests/', asPeers, inTests] },
    to: { path: '(^|/)node_modules/kafkajs/' },
  },
  {
    name: 'ioredis-stays-behind-its-port',
    severity: 'error',
    from: { path: workspaces, pathNot: ['^packages/stores/src/redis/', '^tests/', asPeers, inTests] },
    to: { path: '(^|/)node_modules/ioredis/' },
  },
  {
    name: 'kafka-and-redis-are-loaded-by-who-uses-them',
    comment: 'an embedded engine starts sooner without server clients: they are imported when chosen, or for types',
    severity: 'error',
    from: {
      path: '^(packages|services|workflows)/',
      pathNot: ['^packages/(streams/src/kafka|stores/src/redis|test-kit)/', inTests],
    },
    to: { path: '^packages/(streams/src/kafka|stores/src/redis)/', dynamic: false, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'sqlite-stays-in-its-package',
    severity: 'error',
    from: { path: workspaces, pathNot: ['^packages/sqlite/', asPeers] },
    to: { path: '^(node:)?sqlite$' },
  },
  {
    name: 'saxes-stays-behind-its-limits',
    comment: 'only one folder parses XML, with its limits',
    severity: 'error',
    from: { path: workspaces, pathNot: ['^workflows/payment-stop/src/iso20022/xml/', inTests] },
    to: { path: '(^|/)node_modules/saxes/' },
  },
  {
    name: 'ipaddr-stays-behind-its-rule',
    comment: 'allowed addresses and sender addresses are defined in one module each',
    severity: 'error',
    from: {
      path: workspaces,
      pathNot: ['^services/dispatch/src/deliveries/', '^packages/http/src/address-block\\.ts$', inTests],
    },
    to: { path: '(^|/)node_modules/ipaddr\\.js/' },
  },
  {
    name: 'packages-are-imported-by-name',
    comment: 'a relative path into another package bypasses its public interface',
    severity: 'error',
    from: { path: '^((?:packages|services|workflows)/[^/]+|schemas|tests|bench|infra)/', pathNot: inTests },
    to: {
      path: '^(schemas|packages|services|workflows)/',
      pathNot: '^$1/',
      dependencyTypes: ['local'],
      dependencyTypesNot: ['aliased-workspace'],
    },
  },
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'every-import-resolves',
    comment: 'an import that is not found hides an edge from the rules above',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
]

export const options: ICruiseOptions = {
  // TypeScript 7 has no compiler interface in JavaScript; swc reads the sources as they are, type-only imports
  // included.
  parser: 'swc',
  doNotFollow: { path: 'node_modules' },
  exclude: { path: ['/\\.vite', '^bench/results/', '^tests/results/', '/desk-web/dist/'] },
}

/** How an import's text becomes a file: as Node finds it, through the `exports` of each package. */
export const resolution: Partial<IResolveOptions> = {
  exportsFields: ['exports'],
  conditionNames: ['node', 'import', 'default'],
  extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
}

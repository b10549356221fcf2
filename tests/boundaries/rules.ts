import type { ICruiseOptions, IForbiddenRuleType, IResolveOptions } from 'dependency-cruiser'

// Who may import whom. `check.ts` runs these rules, `boundaries.test.ts` proves that each one bites.

/** What the engine is measured beside stands on the bare libraries. */
const asPeers = '^bench/peers/'
export const inTests = '(\\.test\\.ts$|^[^.]*/test/)'
const core = ['^schemas/src/', '^packages/(lifecycle|rules|profiles|proof)/(src|page)/', '^packages/trust/src/(chain|verify-history)\\.ts$']
/** Those that have a sister for browsers, as the `imports` of their package say, and the one that reads a file. */
const ofNode = [
  '^(schemas/src/digests|packages/proof/src/(hashing|signing))/of-node\\.ts$',
  '^packages/profiles/src/(date-holidays/on-demand|read-profiles)\\.ts$',
]
/** Layers of the desk's folders: its projection, then what several endpoints share. Every other folder has the endpoints of one subject. */
const projectionOfDesk = 'access|cursors|lists|personal-data|projection|search|transparency-log'
const sharedInDesk = `${projectionOfDesk}|ledger-consumer|operations|page|proof|stream`
/** Folders of the page that its features share. Any other folder is a feature, but for `app`, which composes them. */
const sharedOfPage = 'api|commands|components|core|desk-work|document|facts|look|money|request-table|saved-views|session|time|words'
const workspaces = '^(schemas|packages|services|tests|bench|infra)/'

export const forbidden: IForbiddenRuleType[] = [
  {
    name: 'schemas-stand-alone',
    comment: 'schemas are the language of all the rest and know none of it',
    severity: 'error',
    from: { path: '^schemas/', pathNot: inTests },
    to: { path: '^(packages|services)/' },
  },
  {
    name: 'lifecycle-and-profiles-know-schemas-only',
    comment: 'the core and the data of countries stand on schemas alone',
    severity: 'error',
    from: { path: '^packages/(lifecycle|profiles)/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/$1/' },
  },
  {
    name: 'rules-know-schemas-and-profiles-only',
    comment: 'rules are pure: they stand on schemas and profiles',
    severity: 'error',
    from: { path: '^packages/rules/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/(rules|profiles)/' },
  },
  {
    name: 'iso20022-knows-schemas-only',
    comment: 'the banks’ messages are read and written without an engine: they stand on schemas alone',
    severity: 'error',
    from: { path: '^packages/iso20022/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/iso20022/' },
  },
  {
    name: 'proof-knows-schemas-only',
    comment: 'who verifies an export has no engine: what it stands on knows schemas alone',
    severity: 'error',
    from: { path: '^packages/proof/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/proof/' },
  },
  {
    name: 'sealing-knows-no-engine',
    comment:
      'who opens what was sealed years ago needs keys and no engine: no stream, no state, no service; only wrappers of ports know those',
    severity: 'error',
    from: { path: '^packages/sealing/', pathNot: [inTests, '^packages/sealing/src/wrappers/'] },
    to: { path: '^(packages|services)/', pathNot: ['^packages/(sqlite|stores|trust)/', '^packages/sealing/(?!src/wrappers/)'] },
  },
  {
    name: 'wrappers-of-sealing-know-ports-only',
    comment: 'words are sealed and opened at the ports of streams and stores, whatever service stands above',
    severity: 'error',
    from: { path: '^packages/sealing/src/wrappers/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/(sealing|stores|streams|trust)/' },
  },
  {
    name: 'the-runtime-knows-no-sender',
    comment: 'what a process runs on stands below who sends and how: the command line has it without HTTP',
    severity: 'error',
    from: { path: '^packages/runtime/', pathNot: inTests },
    to: { path: '^packages/(access|http|service-kit)/' },
  },
  {
    name: 'access-knows-no-http',
    comment: 'who a sender is and what it may do is the same on Kafka, in files and by HTTP',
    severity: 'error',
    from: { path: '^packages/access/', pathNot: inTests },
    to: { path: '^packages/(http|service-kit)/' },
  },
  {
    name: 'http-starts-nothing',
    comment: 'the service kit puts the parts of a service together and starts it: none of the parts knows it',
    severity: 'error',
    from: { path: '^packages/http/', pathNot: inTests },
    to: { path: '^packages/service-kit/' },
  },
  {
    name: 'the-runtime-is-for-processes',
    comment: 'the core, the ports and their drivers stand below what a process runs on',
    severity: 'error',
    from: { path: '^(schemas|packages)/', pathNot: [inTests, '^packages/(runtime|access|http|service-kit|cli|test-kit)/'] },
    to: { path: '^packages/(runtime|access|http|service-kit)/' },
  },
  {
    name: 'directory-knows-schemas-and-profiles-only',
    comment: 'who takes an order is data, and a receiver verifies a webhook without an engine',
    severity: 'error',
    from: { path: '^packages/directory/', pathNot: inTests },
    to: { path: '^(packages|services)/', pathNot: '^packages/(directory|profiles)/' },
  },
  {
    name: 'the-core-is-pure',
    comment:
      'what decides, folds and verifies holds no clock and no I/O, and runs in a browser: nothing of Node, but where a module says it is for Node',
    severity: 'error',
    from: { path: core, pathNot: [inTests, ...ofNode] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'the-page-stands-on-the-core',
    comment: 'the page runs in a browser: it stands on schemas and the chain, and speaks to the engine by its public interface',
    severity: 'error',
    from: { path: '^packages/desk-web/src/', pathNot: inTests },
    to: {
      path: '^(schemas|packages|services)/',
      pathNot: ['^packages/desk-web/', '^schemas/src/', '^packages/trust/src/(chain|verify-history)\\.ts$'],
    },
  },
  {
    name: 'shared-folders-of-the-page-know-no-feature',
    comment: 'components and the other shared folders of the page stand below its features',
    severity: 'error',
    from: { path: `^packages/desk-web/src/(${sharedOfPage})/` },
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
    name: 'packages-know-no-service',
    comment: 'services stand on packages, never the other way',
    severity: 'error',
    from: { path: '^packages/' },
    to: { path: '^services/' },
  },
  {
    name: 'no-service-imports-another',
    comment: 'services speak through topics; standalone alone composes them',
    severity: 'error',
    from: { path: '^services/(?!standalone/)([^/]+)/' },
    to: { path: '^services/', pathNot: '^services/$1/' },
  },
  {
    name: 'the-desks-projection-knows-no-endpoint',
    comment: 'endpoints read the projection, which stands on nothing above it',
    severity: 'error',
    from: { path: `^services/desk/src/(${projectionOfDesk})/`, pathNot: inTests },
    to: {
      path: '^services/desk/src/',
      pathNot: [`^services/desk/src/(${projectionOfDesk})/`, '^services/desk/src/(aes-text|page-queue)\\.ts$'],
    },
  },
  {
    name: 'endpoints-of-the-desk-stand-apart',
    comment: 'what two subjects need moves down to a shared folder, which imports no subject',
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
    comment: 'what checks the engine shares no code with it: a fault of both would be seen by neither',
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
    comment: 'only tests, the benchmarks and the demo may stand on what is made for tests',
    severity: 'error',
    from: { path: '^(schemas|packages|services)/', pathNot: [inTests, '^packages/test-kit/', '^services/standalone/src/demo'] },
    to: { path: '^packages/test-kit/' },
  },
  {
    name: 'parts-of-drivers-are-for-drivers',
    comment: '`driver/*` of streams and stores is what their drivers are made of; the one in memory is in the test kit',
    severity: 'error',
    from: { path: '^(packages|services)/', pathNot: ['^packages/(streams|stores|test-kit)/', inTests] },
    to: { path: '^packages/(streams|stores)/src/', pathNot: '/index\\.ts$' },
  },
  {
    name: 'kafkajs-stays-behind-its-port',
    comment: 'kafkajs is unmaintained: one folder knows it',
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
    comment:
      'an engine on one file starts sooner without their clients: what speaks to a server is imported once it is chosen, or for its types',
    severity: 'error',
    from: {
      path: '^(packages|services)/',
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
    comment: 'XML from outside is read with the limits of one folder, or not at all',
    severity: 'error',
    from: { path: workspaces, pathNot: ['^packages/iso20022/src/xml/', inTests] },
    to: { path: '(^|/)node_modules/saxes/' },
  },
  {
    name: 'ipaddr-stays-behind-its-rule',
    comment: 'which addresses may be reached, and which are one sender, is said in one place each',
    severity: 'error',
    from: {
      path: workspaces,
      pathNot: ['^services/dispatch/src/deliveries/', '^packages/http/src/address-block\\.ts$', inTests],
    },
    to: { path: '(^|/)node_modules/ipaddr\\.js/' },
  },
  {
    name: 'packages-are-imported-by-name',
    comment: 'a relative path into another package goes round its public face',
    severity: 'error',
    from: { path: '^((?:packages|services)/[^/]+|schemas|tests|bench|infra)/', pathNot: inTests },
    to: { path: '^(schemas|packages|services)/', pathNot: '^$1/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased-workspace'] },
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
  // TypeScript 7 has no compiler interface in JavaScript; swc reads the sources as they are, type-only imports included.
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

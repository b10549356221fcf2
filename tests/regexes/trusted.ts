// Exceptions of the check, with reasons. Product code is never on these lists.

/** Code that reads only data of the repository itself. */
export const trustedCode: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /\.test\.tsx?$/, reason: 'a test reads its own output' },
  { path: /^(?:tests|bench)\//, reason: 'tests and benchmarks start the engine that they read' },
  { path: /^packages\/test-kit\//, reason: 'builds input for tests, and only tests import it' },
  { path: /^(?:packages|services|workflows)\/[^/]+\/test\//, reason: 'helpers of tests' },
]

/** Expressions that are built at run time. Each is checked by examples of its result. */
export const builtExpressions: readonly {
  readonly file: string
  readonly argument: string
  readonly examples: readonly string[]
  readonly reason: string
}[] = [
  {
    file: 'packages/cli/src/backup/ledger-copy.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the argument as the source has it
    argument: '`^(${topics.work.name}(\\\\.[a-z]{2})?|${topics.checkpoints.name})$`',
    examples: ['^(freeze.work(\\.[a-z]{2})?|freeze.checkpoints)$'],
    reason: 'two names of topics, which are constants of schemas',
  },
  {
    file: 'schemas/describe-fields.ts',
    argument: 'pattern',
    examples: [],
    reason: 'patterns of schemas/generated, which are judged themselves',
  },
  {
    file: 'packages/desk-web/src/payment-stops/request/act/schema-form.ts',
    argument: 'inner.pattern',
    examples: [],
    reason: 'patterns of schemas/generated, which are judged themselves',
  },
  {
    file: 'workflows/payment-stop/src/iso20022/message.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the argument as the source has it
    argument: "`^${family.replace('.', '\\\\.')}\\\\.001\\\\.\\\\d\\\\d$`",
    examples: ['^camt\\.056\\.001\\.\\d\\d$'],
    reason: 'families of messages, which are constants of the package',
  },
  {
    file: 'packages/http/src/allowed-methods.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the argument as the source has it
    argument: "`^${url.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}$`",
    examples: ['^/v1/requests/[^/]+/history/[^/]+$'],
    reason: 'routes of the services; two parameters never stand in one part of a path',
  },
]

import { basename } from 'node:path'
import { boundaries } from './boundaries.ts'
import { sharedThreats } from './shared-threats.ts'
import type { NamedTests, SharedThreat, Threat, WrongToken } from './threat.ts'
import { wrongTokens } from './wrong-tokens.ts'

/** The path of the page in `docs`. */
export const threatPagePath = 'explain/threat-model.md'

const linkTo = (file: string): string => `[${basename(file).replace(/\.test\.ts$/, '')}](../../${file})`
const linksTo = (tests: readonly NamedTests[]): string => tests.map(([file]) => linkTo(file)).join('<br>')
const tableIn = (name: string): string => `[${name.split('/').at(-1)}.ts](../../tests/threats/${name}.ts)`

const head = '| threat | control | code, tests | not covered |\n|---|---|---|---|'

function rowOf(entry: Threat | SharedThreat): string {
  const places = 'at' in entry ? ` ${entry.at.join()}` : ''
  const evidence = entry.control === undefined ? '' : `${entry.code.map(linkTo).join('<br>')}<br>${linksTo(entry.tests)}`
  return `| **${entry.stride}**${places} ${entry.threat} | ${entry.control ?? ''} | ${evidence} | ${entry.notCovered ?? ''} |`
}

const tokenRow = ({ token, answer, message }: WrongToken): string => `| ${token} | ${[answer, message].filter(Boolean).join(': ')} |`
const tokenTests = [...new Set(wrongTokens.flatMap(({ tests }) => tests.map(([file]) => linkTo(file))))].join(', ')

const sections = boundaries.map(([file, { title, intro, threats, note }], index) => {
  const shared = new Set(sharedThreats.filter(({ at }) => at.includes(index + 1)).map(({ stride }) => stride))
  const sharedHere = shared.size === 0 ? '' : ` [Shared threats](#threats-at-several-boundaries): ${[...shared].join(', ')}.`
  return [
    `## ${index + 1}. ${title}`,
    `Test titles: ${tableIn(`boundaries/${file}`)}.${sharedHere}${intro === undefined ? '' : ` ${intro}`}`,
    `${head}\n${threats.map(rowOf).join('\n')}`,
    ...(note === undefined ? [] : [note]),
  ].join('\n\n')
})

/** The page with all threats. Each table has the test files; the titles of the tests are in the data. */
export const threatPage = (): string => `---
reader: auditor
task: see each threat, its control, the test that shows it, and what is not covered
---
<!-- Generated from tests/threats by npm run generate. -->
# Threat model

For auditors and security engineers who judge the defences of the engine. Each row has a threat, its control, the code, the tests, and what is not covered. An empty last cell means that no gap is known. [SECURITY.md](../../SECURITY.md) says how to report a weakness.

\`tests/threat-model.test.ts\` checks that each file and each named test exists. A threat without a test must say what is not covered. Each boundary must have threats of all six STRIDE categories.

- **S** (spoofing): an attacker acts as another principal.
- **T** (tampering): data is changed.
- **R** (repudiation): an actor denies an act.
- **I** (information disclosure): a principal learns data of others.
- **D** (denial of service): an attacker keeps others from their work.
- **E** (elevation of privilege): a principal does what it may not.

[Bounds](../contributing/bounds.md) lists the limits of work that outside input can cause. [Guarantees](guarantees.md) lists the promises.

\`\`\`mermaid
flowchart LR
  member[member system] -- 1 HTTP · 2 Kafka --> engine
  bank -- 3 HTTP, Kafka · 4 files --> engine
  engine[engine: intake, ledger, validation, dispatch, desk] -- 5 topic, webhook, folder --> bank
  browser[browser of a person] -- 6 --> engine
  provider[OpenID provider] <-- 7 --> engine
  operator -- 8 API, CLI --> engine
  engine <-- 9 --> Kafka
  engine <-- 10 --> Redis
  engine <-- 11 --> files[files, backups]
  engine -- 12 export --> verifier[verifier of a member or court]
\`\`\`

**Assets.** Orders to freeze and release money, and requests that are seen in time. Names and accounts in documents, accounts under police attention, and the history that a court relies on.

**Attackers.** Any client on the network. A member, its bank or an officer with their own credentials. A holder of a stolen token, cookie or key. A program that can write to a topic, Redis or a folder.

## Wrong tokens

The same code checks tokens by HTTP and by Kafka. By HTTP the answer has the code and message. By Kafka they are the reason of the dead letter. The code is 401 \`UNAUTHENTICATED\` unless the row has another. Each row has its tests in ${tableIn('wrong-tokens')}. Their files are ${tokenTests}.

| token | message |
|---|---|
${wrongTokens.map(tokenRow).join('\n')}

An unknown country, an unknown key and a wrong signature get the same message. The sender learns nothing about existing keys. Only a holder of a key learns that it was revoked, or is valid at another time.

By HTTP a token acts once, also an operator's. The engine remembers its use with the idempotency key, for longer than the token lives. A store that loses its data forgets used tokens. Kafka records may share a token.

A bound token needs a new proof for each use ([ADR 60](../adr/0060-bind-tokens-to-a-key-or-certificate-of-their-holder.md)).

## Threats at several boundaries

Each row begins with the numbers of its boundaries. Test titles: ${tableIn('shared-threats')}.

${head}
${sharedThreats.map(rowOf).join('\n')}

${sections.join('\n\n')}

## Out of scope

| subject | reason |
|---|---|
| root, the engine's user, administrators of brokers and Redis | they can do what the engine can; only a member's witness detects changes to what it has seen |
| a member's systems, and the identity of its persons | the registry and the provider decide; the engine distinguishes keys and accounts, not humans |
| the OpenID provider and its accounts | another party operates it, and all countries trust it |
| whether a document is true | police, courts and banks decide; the rules find contradictions |
| network floods, and TLS before the endpoints | a proxy and the network handle these |
| faults of the processor, Node, SQLite, OpenSSL, Kafka and Redis | the engine relies on [these versions](../contributing/dependencies.md), and does not report known faults |
| a dependency with a malicious maintainer | exact versions and lockfile hashes; not all code was reviewed, and no provenance is claimed |
| quantum computers | they break Ed25519 and P-256; hashes still protect a history |
`

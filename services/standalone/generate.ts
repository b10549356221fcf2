import { codeSpan, markdownTable } from '../../docs/markdown-table.ts'
import { writeDocuments } from '../../docs/write-documents.ts'
import { writeJsonSchemas } from './page/json-schemas.ts'
import { type RouteEntry, type RouteGroup, routeGroups } from './page/routes.ts'

// Writes schemas/generated, and docs/reference/http.md from the table of routes. With --check it compares them instead.

const rowOf = ({ route, access, query = [], summary }: RouteEntry): readonly string[] => [
  codeSpan(route.replaceAll(/:(\w+)/g, (_, name: string) => name.toUpperCase().replace('CASEREFERENCE', 'REFERENCE'))),
  access.join() === 'members' ? '' : access.join(', '),
  query.join().endsWith('after,limit') ? [...query.slice(0, -2).map(codeSpan), 'paged'].join(' ') : query.map(codeSpan).join(' '),
  summary,
]

/** The access is in the text if all routes of the group have the same. */
function sectionOf({ title, about, routes }: RouteGroup): string {
  const [common = '', ...others] = new Set(routes.map(({ access }) => access.join(', ')))
  const isCommon = others.length === 0
  const rows = routes
    .map(rowOf)
    .map(([endpoint = '', access = '', ...rest]) => (isCommon ? [endpoint, ...rest] : [endpoint, access, ...rest]))
  const head = ['endpoint', ...(isCommon ? [] : ['access']), 'query', 'does']
  return `## ${title}\n\n${about}${isCommon ? ` Access: ${common}.` : ''}\n\n${markdownTable(head, rows)}`
}

writeJsonSchemas()
writeDocuments({
  'reference/http.md': `---
reader: developer of a member system
task: look up an HTTP endpoint
---
# HTTP endpoints

For developers of a member system or a bank: each endpoint, its access and parameters. See also [Send requests and commands](../member/send.md).

Made by \`npm run generate\` from \`services/standalone/page/routes.ts\`.

- \`standalone\` serves all endpoints on port 8080.
- In a cluster, \`intake\` (port 8080) serves \`POST /v1/requests\`. \`dispatch\` (port 8084) serves \`POST /v1/answers\`. \`desk\` (port 8081) serves the rest.
- *Access* names the accepted tokens and sessions: members, unless the table names others. *Units* are officers of a specialised unit. *Open* needs no token.
- Bodies are JSON in UTF-8, at most 262,144 bytes. \`POST /v1/requests\` and \`POST /v1/answers\` also accept XML.
- Requests, commands, desk work and reveals need an \`Idempotency-Key\`.
- *Paged* lists take \`after\` and \`limit\`. Send \`nextCursor\` as \`after\` to get the next page. \`limit\` is 50, and 200 at most, unless the schema says otherwise.
- The engine refuses an unknown parameter with \`QUERY_MALFORMED\`.
- The [JSON Schemas](../../schemas/generated) describe every body. [Errors](errors.md) lists all refusals.

${routeGroups.map(sectionOf).join('\n\n')}

Only a development engine serves a sign-in provider under \`/development-sign-in\`.

## Parameters of \`GET /v1/requests\`

| parameter | effect | with \`sort\` |
|---|---|---|
| \`sort=opened\`, \`updated\` | newest first; \`opened\` is the default | |
| \`sort=deadline\` | requests on which an officer must act, earliest first | |
| \`sort=amount\` | largest first; needs \`currency\` | |
| \`phase\` | \`received\`, \`verified\`, \`frozen\`, \`recovered\`, \`closed\`; can be repeated | all |
| \`requestingCountry\`, \`beneficiaryCountry\` | requests of this country | \`opened\`, \`deadline\` |
| \`caseReference\`, \`parent\`, \`openedBefore\` | requests of a case, of a parent, or before an instant | \`opened\` |
| \`q\`, without others | search by id, reference, account, UETR or name; at most 50 | |
`,
})

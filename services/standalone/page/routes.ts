/** Principals that a route accepts; `open` needs no token. */
export type RouteAccess = 'open' | 'members' | 'units' | 'institutions' | 'operators'

export interface RouteEntry {
  readonly route: `${'GET' | 'POST'} /${string}`
  readonly access: readonly RouteAccess[]
  /** Parameters of the query. */
  readonly query?: readonly string[]
  readonly summary: string
}

export interface RouteGroup {
  readonly title: string
  readonly about: string
  readonly routes: readonly RouteEntry[]
}

const paging = ['after', 'limit'] as const
const forMembers = ['members'] as const
const forUnits = ['members', 'units'] as const
const forInstitutions = ['members', 'institutions'] as const
const forOperators = ['operators'] as const
const open = ['open'] as const

/** Every route of the engine. A test compares it with the routes that the services register. */
export const routeGroups: readonly RouteGroup[] = [
  {
    title: 'Requests',
    about: 'A member sees the requests that it sent, received or was given access to.',
    routes: [
      {
        route: 'POST /v1/requests',
        access: forMembers,
        summary: 'Accept a freeze request (JSON or camt.056): 202 and a receipt. Roles `system`, `officer`',
      },
      {
        route: 'GET /v1/requests',
        access: forUnits,
        query: [
          'q',
          'sort',
          'phase',
          'caseReference',
          'requestingCountry',
          'beneficiaryCountry',
          'currency',
          'parent',
          'openedBefore',
          ...paging,
        ],
        summary: 'List or search requests',
      },
      { route: 'GET /v1/requests/counts', access: forUnits, summary: 'Count requests by phase and deadline, and open proposals' },
      { route: 'GET /v1/requests/:id', access: forUnits, summary: 'Request, its newest 100 facts, children and refusals' },
      { route: 'GET /v1/requests/:id/history', access: forUnits, query: paging, summary: 'Page through earlier facts, oldest first' },
      {
        route: 'GET /v1/requests/:id/actions',
        access: forMembers,
        summary: 'Each command, and whether the ledger would accept it',
      },
      {
        route: 'POST /v1/requests/:id/commands',
        access: forMembers,
        summary: 'Give a command: 200 `applied` or `proposed`, or 202 `pending`',
      },
      {
        route: 'GET /v1/requests/:id/orders',
        access: forMembers,
        summary: 'Orders, deliveries and bank messages (beneficiary country)',
      },
      {
        route: 'GET /v1/requests/:id/orders/:order/message',
        access: forMembers,
        query: ['format'],
        summary: 'Order as the institution gets it: `iso20022` or `json`',
      },
      { route: 'GET /v1/requests/:id/bank-messages/:message', access: forMembers, summary: 'A bank message exactly as received' },
      { route: 'GET /v1/cases/:country/:caseReference', access: forUnits, summary: 'Requests of a case and their sums' },
      {
        route: 'GET /v1/proposals',
        access: forMembers,
        query: paging,
        summary: 'Proposals that await a second approval, oldest first',
      },
      {
        route: 'GET /v1/alerts',
        access: forMembers,
        query: paging,
        summary: 'Alerts for officers; an empty `after` starts at the first',
      },
      {
        route: 'GET /v1/analysis',
        access: forMembers,
        query: ['days', 'currency'],
        summary: 'Statistics of 1, 7, 30 or 365 days',
      },
      {
        route: 'GET /v1/stream',
        access: forUnits,
        query: ['requestId', 'from', 'seen'],
        summary: 'Stream facts (SSE), or export them as lines (NDJSON)',
      },
    ],
  },
  {
    title: 'Desk work',
    about: 'Internal: owners, notes, acknowledged alerts and handovers.',
    routes: [
      { route: 'POST /v1/work', access: forMembers, summary: 'Record one act: 201 and the event' },
      { route: 'GET /v1/work', access: forMembers, query: ['requestId', ...paging], summary: 'Work on a request, newest first' },
      {
        route: 'GET /v1/work-inbox',
        access: forMembers,
        query: ['for', 'person', ...paging],
        summary: 'Open requests of `me`, `unassigned` or a `person`; or `snoozed` ones',
      },
      { route: 'GET /v1/work-alerts', access: forMembers, query: paging, summary: 'Unacknowledged alerts, newest first' },
      { route: 'GET /v1/work-log', access: forMembers, summary: 'Export the hash chain, one event a line' },
      { route: 'GET /v1/persons', access: forMembers, summary: 'Persons of your desk' },
      { route: 'POST /v1/requests/:id/reveal', access: forMembers, summary: 'One field, after recording person and purpose' },
      {
        route: 'GET /v1/session',
        access: ['members', 'units', 'institutions', 'operators'],
        summary: 'Caller: country, role, person and end of the session',
      },
    ],
  },
  {
    title: 'Institutions',
    about: 'For institutions with a key.',
    routes: [
      {
        route: 'GET /v1/orders',
        access: forInstitutions,
        query: [...paging, 'waitSeconds'],
        summary: 'Your orders, oldest first; `waitSeconds` waits for a new one',
      },
      { route: 'GET /v1/orders/:order', access: forInstitutions, query: ['format'], summary: 'Order: `json` or `iso20022`' },
      { route: 'POST /v1/answers', access: forInstitutions, summary: 'Send an answer (JSON event or ISO 20022 message): 202' },
      { route: 'GET /v1/answers/:answer', access: forInstitutions, summary: 'Outcome of an answer' },
      { route: 'GET /v1/orders/:order/answers', access: forInstitutions, summary: 'Answers to an order and their outcomes' },
    ],
  },
  {
    title: 'Proofs and public data',
    about: 'To verify the engine, and general data.',
    routes: [
      { route: 'GET /v1/checkpoints', access: forMembers, summary: 'Newest signed checkpoint of each tree' },
      {
        route: 'GET /v1/checkpoints/proof',
        access: forMembers,
        query: ['origin', 'from'],
        summary: 'Prove that the newest checkpoint extends an earlier size',
      },
      {
        route: 'GET /v1/engine-keys',
        access: ['members', 'units', 'institutions'],
        summary: 'Public keys of the engine as a JWK set',
      },
      { route: 'GET /v1/countries', access: forUnits, summary: 'Countries that can receive requests' },
      { route: 'GET /v1/countries/:country', access: forUnits, summary: 'Time zone, weekend and holidays of a country' },
      { route: 'GET /v1/schemas', access: open, summary: 'JSON Schemas' },
      { route: 'GET /v1/schemas/:name', access: open, summary: 'JSON Schema' },
    ],
  },
  {
    title: 'Operators',
    about: 'Operators have no other access.',
    routes: [
      { route: 'GET /v1/operations', access: forOperators, summary: 'Processes, consumer lag and recipients of orders' },
      { route: 'GET /v1/dead-letters', access: forOperators, query: ['topic', ...paging], summary: 'Dead letters, newest first' },
      { route: 'GET /v1/dead-letters/:number', access: forOperators, summary: 'Dead letter with its record' },
      { route: 'POST /v1/dead-letters/:number/redrive', access: forOperators, summary: 'Send the command or order of a dead letter again' },
      { route: 'GET /v1/parked', access: forOperators, query: paging, summary: 'Parked requests, oldest first' },
      { route: 'GET /v1/parked/:id', access: forOperators, summary: 'Parked request with its held records' },
      { route: 'POST /v1/parked/:id/redrive', access: forOperators, summary: 'Retry a parked request' },
      { route: 'GET /v1/view', access: forOperators, summary: 'How far this desk has read the ledger' },
      { route: 'POST /v1/view/rebuild', access: forOperators, summary: 'Rebuild the projection of this desk' },
    ],
  },
  {
    title: 'Health, page and sign-in',
    about: 'Every service serves health. The desk serves the rest.',
    routes: [
      { route: 'GET /health/live', access: open, summary: 'Report that the process runs' },
      { route: 'GET /health/ready', access: open, summary: 'Report readiness: 200, or 503 with every reason' },
      { route: 'GET /auth/sign-in', access: open, summary: 'Redirect a browser to the OpenID provider' },
      { route: 'GET /auth/callback', access: open, summary: 'Return from the OpenID provider and start a session' },
      { route: 'POST /auth/sign-out', access: open, summary: 'End the session' },
      { route: 'GET /assets/*', access: open, summary: 'Serve the files of the page' },
      { route: 'GET /docs', access: open, summary: 'Go to the documentation' },
      { route: 'GET /docs/*', access: open, summary: 'Serve the documentation, once it is built' },
      { route: 'GET /*', access: open, summary: 'Serve the page' },
    ],
  },
]

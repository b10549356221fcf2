/** A test of a bound: a file from the root of the repository, and the titles that exceed the bound. */
export interface BoundTest {
  readonly file: string
  readonly titles: readonly string[]
}

/** A piece of code that works on outside input. */
export interface Bound {
  /** Its file, from the root of the repository. */
  readonly code: string
  readonly input: string
  /** What it does with the input. */
  readonly mechanism: string
  readonly bound: string
  readonly tests: readonly BoundTest[]
}

const bound = (code: string, input: string, mechanism: string, limit: string, ...tests: readonly BoundTest[]): Bound => ({
  code,
  input,
  mechanism,
  bound: limit,
  tests,
})
const by = (file: string, ...titles: readonly string[]): BoundTest => ({ file, titles })

/** Every regular expression, recursion, sort and copy in a loop over outside input, by where the input enters. */
export const bounds: Readonly<Record<string, readonly Bound[]>> = {
  Everywhere: [
    bound(
      'tests/regexes/look.ts',
      'any text',
      'regular expressions',
      'no polynomial backtracking (`npm run check:regexes`)',
      by('tests/regexes/regexes.test.ts', 'refuses an expression that backtracks, with its degree and an attack'),
    ),
    bound(
      'schemas/src/problems.ts',
      'JSON text',
      'parse and recursion',
      '32 levels, counted first',
      by(
        'schemas/src/problems.test.ts',
        'may be nested 32 levels deep and no deeper, in lists and objects alike',
        'of a million brackets is refused before it is parsed',
      ),
    ),
    bound(
      'schemas/src/problems.ts',
      'a document with faults',
      'list of problems',
      '100 problems',
      by('schemas/src/foreign-text.test.ts', 'with a thousand repeated members lists a hundred problems'),
    ),
    bound(
      'schemas/src/problems.ts',
      'names of members',
      'path of a problem',
      '500 characters',
      by('schemas/src/problems.test.ts', 'the length of a path is limited'),
    ),
    bound(
      'schemas/src/foreign-text.ts',
      'lists in JSON',
      'schema',
      '1,000 elements, counted first',
      by('schemas/src/foreign-text.test.ts', 'with a list above the limit is refused with its pointer, before its elements are validated'),
    ),
    bound(
      'schemas/src/texts/characters.ts',
      'names and free text',
      'scripts of words',
      'one pass',
      by('schemas/src/texts/characters.test.ts', 'one Latin word that ends in Greek'),
      by('workflows/payment-stop/src/language/events/long-texts.full.test.ts', 'of %s'),
    ),
    bound(
      'schemas/src/texts/canonical-json.ts',
      'members of an object',
      'sort',
      "the document's size",
      by('schemas/src/problems.test.ts', 'may be nested 32 levels deep and no deeper, in lists and objects alike'),
    ),
    bound(
      'schemas/src/texts/pointers.ts',
      'JSON pointers to encrypted fields',
      'recursion and sort',
      '64 pointers of 200 characters',
      by(
        'schemas/src/texts/pointers.test.ts',
        'removing values and putting them back gives the same document, whatever its names and missing values',
      ),
    ),
  ],
  HTTP: [
    bound(
      'packages/http/src/connections.ts',
      'connections',
      'sockets',
      '4,000; `HOLDFAST_CONNECTIONS_PER_ADDRESS`',
      by(
        'packages/http/src/connections.test.ts',
        'are closed beyond their limit, and those of another address are not',
        'slow heads from several addresses do not block other clients',
      ),
    ),
    bound(
      'packages/http/src/create-http.ts',
      '`content-type`, `accept`, `accept-language`, `accept-encoding`, `if-none-match`',
      'parse and sort',
      '256 and 1,000 characters',
      by('packages/http/src/create-http.test.ts', '%s may have at most %i characters'),
    ),
    bound(
      'packages/http/src/create-http.ts',
      'all other headers',
      'split',
      '16,384 bytes',
      by('packages/http/src/create-http.test.ts', '%s is refused with problem details, and the server keeps running'),
    ),
    bound(
      'packages/http/src/create-http.ts',
      'a body',
      'UTF-8, JSON, schema',
      '262,144 bytes',
      by('packages/http/src/create-http.test.ts', 'may have at most 262,144 bytes'),
    ),
    bound(
      'packages/http/src/create-http.ts',
      'a part of the path',
      'the router',
      '200 characters',
      by('packages/http/src/create-http.test.ts', 'may have segments of at most 200 characters'),
    ),
    bound(
      'packages/trust/src/tokens/jwt.ts',
      'a token',
      'base64url, JSON, signature',
      '4,200 characters',
      by('packages/trust/src/tokens/tokens.test.ts', 'what is no token at all is refused before it is read'),
    ),
    bound(
      'packages/trust/src/sessions/document-cipher.ts',
      'a session cookie',
      'decryption',
      '4,096 characters',
      by('packages/trust/src/sessions/sessions.test.ts', 'that was changed anywhere, cut or made up is none'),
    ),
    bound(
      'packages/access/src/watch-ended-sessions.ts',
      'sign-outs',
      'pass each second',
      'one record per session',
      by('packages/access/src/watch-ended-sessions.test.ts', 'an expired session is forgotten'),
    ),
    bound(
      'packages/http/src/admit.ts',
      'requests on one connection',
      'queue of answers',
      '64',
      by(
        'packages/http/src/admit.test.ts',
        'a connection with two thousand requests before one answer is read is closed, and the rest is not processed',
      ),
    ),
    bound(
      'packages/http/src/rate-limits.ts',
      'requests and bytes of a member role',
      'concurrent work',
      '128 at once; rate limits',
      by(
        'packages/http/src/admit.test.ts',
        'has at most 128 requests in progress',
        'is charged for the bytes it sends, chunked or not, and has its quota again later',
      ),
    ),
    bound(
      'packages/runtime/src/fair-queue.ts',
      'bodies of a country',
      'reading, schema, rules',
      'the country with least processor time is next',
      by('packages/http/src/body-queue.test.ts', 'bodies of one member, in any role, are parsed in rotation with those of others'),
      by('packages/runtime/src/fair-queue.test.ts', 'a principal with long tasks gets no more time than one with short tasks'),
    ),
    bound(
      'services/dispatch/src/answers/post-answers.ts',
      'answers of a country',
      'lookup of orders',
      '256 wait',
      by(
        'services/dispatch/src/answers/post-answers.test.ts',
        'a country with too many waiting answers is refused with 429; another country’s answer is accepted',
      ),
    ),
    bound(
      'services/desk/src/requests/get-requests.ts',
      'a search text',
      'indexes',
      '140 characters; 500 found per index',
      by('services/desk/src/search/search.test.ts', 'a search uses the endpoint of lists, without other filters'),
      by(
        'services/desk/src/search/search.measure.test.ts',
        'a search by %s among 20,000 requests of other countries takes as long as among 200',
      ),
    ),
    bound(
      'services/desk/src/stream/get-stream.ts',
      '`seen` sizes of trees',
      'consistency proofs',
      '512, of 300 characters',
      by('services/desk/src/stream/streams.test.ts', 'are refused to a caller who requests more than 512 proofs at once'),
    ),
    bound(
      'services/desk/src/stream/stream-slots.ts',
      'open streams',
      'each new fact',
      'slots per member and in all',
      by('services/desk/src/stream/streams.test.ts', 'are limited for each member, with Retry-After on refusal, and in total'),
    ),
  ],
  XML: [
    bound(
      'workflows/payment-stop/src/iso20022/xml/read-xml.ts',
      "a bank's message",
      'decoding',
      '1,000,000 characters',
      by('workflows/payment-stop/src/iso20022/xml/hostile.test.ts', 'a document of 50 MB is refused before it is read'),
    ),
    bound(
      'workflows/payment-stop/src/iso20022/xml/read-xml.ts',
      'nested elements',
      'recursion',
      '64 levels',
      by('workflows/payment-stop/src/iso20022/xml/hostile.test.ts', '10,000 levels are refused at the 65th'),
    ),
    bound(
      'workflows/payment-stop/src/iso20022/xml/read-xml.ts',
      'elements, attributes',
      'pass',
      '20,000; 32 attributes each',
      by('workflows/payment-stop/src/iso20022/xml/hostile.test.ts', 'a flood of elements or attributes is refused at its limit'),
    ),
    bound(
      'workflows/payment-stop/src/iso20022/xml/read-xml.ts',
      'CDATA, comments, instructions',
      'growing text',
      '1,000 together',
      by('workflows/payment-stop/src/iso20022/xml/hostile.test.ts', 'a run of %s is refused at its limit'),
    ),
    bound(
      'workflows/payment-stop/src/iso20022/xml/read-xml.ts',
      'a DOCTYPE',
      'entities',
      'none is read',
      by('workflows/payment-stop/src/iso20022/xml/hostile.test.ts', 'an entity bomb never goes off'),
    ),
    bound(
      'workflows/payment-stop/src/iso20022/messages/supplement.ts',
      'JSON in a camt.056',
      'schema, `overlay`',
      '32 levels; 1,000 elements',
      by(
        'workflows/payment-stop/src/iso20022/request.test.ts',
        'a supplement may have no list that is longer than any of a request, nor say one thing twice',
      ),
    ),
    bound(
      'services/dispatch/src/answers/read-answers.ts',
      'transactions of a message',
      'lookup of orders',
      '50',
      by('services/dispatch/src/answers/post-answers.test.ts', 'about more than fifty payments is refused without a lookup'),
      by('services/dispatch/src/answers/bank-messages.test.ts', 'the cost of reading a part does not grow with the number of parts'),
    ),
  ],
  Kafka: [
    bound(
      'packages/streams/src/kafka/codecs.ts',
      'a compressed batch',
      'decompression',
      '16 MB uncompressed',
      by(
        'packages/streams/src/kafka/record-batch.test.ts',
        'that would unpack to more than the limit is permanently refused, with every codec',
      ),
    ),
    bound(
      'packages/streams/src/kafka/record-batch.ts',
      'records of a batch',
      'loop',
      '1,000 of a member, 10,000 of the engine',
      by(
        'packages/streams/src/kafka/foreign-records.test.ts',
        'in a batch of more than a thousand is reported with its batch, which is not unpacked',
      ),
      by('packages/streams/src/kafka/record-batch.test.ts', 'with more records than the limit is permanently refused'),
    ),
    bound(
      'packages/streams/src/kafka/records.ts',
      'keys, values, headers',
      'decoding',
      "the batch's bytes",
      by(
        'packages/streams/src/kafka/record-batch.test.ts',
        'with any byte of its packed records changed is read or refused, and never more than it may be',
      ),
    ),
    bound(
      'schemas/src/read-event.ts',
      'requests, answers',
      'JSON, schema',
      'as JSON above',
      by('schemas/src/foreign-text.test.ts', 'with a list above the limit is refused with its pointer, before its elements are validated'),
    ),
    bound(
      'packages/runtime/src/records/dead-letters.ts',
      'records that cannot be read',
      'dead letters',
      '20 of a batch; 2,000 a day per partition',
      by(
        'packages/runtime/src/records/dead-letters.test.ts',
        'up to twenty records of unknown senders in a batch are stored one by one; one dead letter stands for more',
        'a record that is too large in every part is still stored',
      ),
    ),
    bound(
      'services/ledger/src/fair-order.ts',
      'commands of a batch',
      'fair order',
      '500 in a batch',
      by('services/ledger/src/fair-order.test.ts', 'a bank with one freeze is second, however many requests another country sends'),
    ),
  ],
  Histories: [
    bound(
      'packages/core/src/history-quota.ts',
      'facts of a request',
      'computation of state',
      '160 for each country and role; below 1,000 in all',
      by(
        'workflows/payment-stop/src/lifecycle/history-quota.test.ts',
        'ends below a thousand facts',
        'the facts of all member roles together stay below a thousand',
      ),
    ),
    bound(
      'packages/core/src/refusal-budgets.ts',
      'refused commands',
      'record',
      '20 for each country and role',
      by(
        'services/dispatch/src/partition/dispatch-partition.test.ts',
        'a flood of refused commands makes one notification for each recorded refusal, and no orders',
      ),
    ),
    bound(
      'workflows/payment-stop/src/lifecycle/actions.ts',
      'proposals',
      'search',
      '8 for each country and role',
      by('workflows/payment-stop/src/lifecycle/history-quota.test.ts', 'is not displaced by another member role: each can have eight'),
    ),
    bound(
      'packages/request-state/src/held-commands.ts',
      'commands for a parked request',
      'replay',
      '200 for each country and role',
      by(
        'packages/request-state/src/partition-parking.test.ts',
        'beyond the quota of their member role are returned, also to the next owner, and other roles keep their quota',
      ),
    ),
    bound(
      'services/desk/src/access/access-scope.ts',
      'onward requests of a shared request',
      'walk',
      '10 generations; any number, written 50 at a time',
      by(
        'services/desk/src/projection/many-children.test.ts',
        'sharing the first of a chain of 6,500 requests gives access to ten generations and does not block the projection',
        'requests that name themselves or each other as parent are written at most ten times',
        'children of a shared request are written 50 at a time; a withdrawal reaches all of them',
      ),
    ),
    bound(
      'services/desk/src/projection/read-facts.ts',
      'facts of a page',
      'decryption, JSON',
      '100 facts, 256,000 characters',
      by(
        'services/desk/src/desk.test.ts',
        'comes with its newest 100 facts, and earlier ones page by page; the client returns all of them',
      ),
    ),
    bound(
      'services/dispatch/src/answers/find-requests.ts',
      'orders of a country',
      'index in memory',
      '50,000',
      by('services/dispatch/src/answers/find-requests.test.ts', 'is found by the newest orders only, because memory is limited'),
    ),
  ],
  Files: [
    bound(
      'services/dispatch/src/answers/bank-folder.ts',
      "names in a bank's folder",
      'a sort',
      '5,000 read',
      by(
        'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
        'that fills its folder delays another bank’s answer by one pass at most',
      ),
    ),
    bound(
      'services/dispatch/src/answers/dropped-file.ts',
      "a bank's file",
      'reading',
      '262,144 bytes',
      by(
        'services/dispatch/src/answers/a-bank-in-its-folder.test.ts',
        'has an empty file of a terabyte refused after reading its beginning only',
      ),
    ),
  ],
  'Command line': [
    bound(
      'packages/cli/src/payment-stops/check.ts',
      'a freeze request',
      'JSON, schema, rules',
      '1,000,000 characters',
      by('packages/cli/src/offline.test.ts', 'check calls bytes that are not UTF-8, or far too many, malformed'),
    ),
    bound(
      'packages/cli/src/input.ts',
      'a line of an export',
      'splitting, JSON',
      '4,000,000 characters',
      by('packages/cli/src/offline.test.ts', 'verify stops at a line that is longer than any fact, and names it'),
    ),
    bound(
      'packages/cli/src/exports/verify-lines.ts',
      'an export of any length',
      'hashing',
      '200 bytes a fact; 1,000 problems of each kind',
      by('packages/cli/src/offline.test.ts', 'verify --chain reads a long file in little memory'),
    ),
    bound(
      'packages/proof/src/note.ts',
      'a checkpoint',
      'parsing, signatures',
      '100,000 characters; 64 signatures',
      by(
        'packages/proof/src/notes.test.ts',
        'a text that is longer than any checkpoint is not a note',
        'more signatures than there are witnesses is not a note',
      ),
    ),
    bound(
      'packages/proof/src/inclusion.ts',
      'the size of a tree',
      'recursion',
      '53 levels',
      by('packages/proof/src/tree.test.ts', 'of one leaf is not consistent with any of a billion'),
    ),
  ],
}

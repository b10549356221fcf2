// Wordings that are not to be used, and what to write. This file is data: the check leaves it out.

/** Where a wording is looked for. */
export type Scope =
  /** Identifiers, file names and folder names. */
  | 'name'
  | 'comment'
  /** Texts in code, such as messages, and the text of elements. */
  | 'string'
  /** Prose of Markdown pages, without code. */
  | 'doc'
  /** What the desk's page shows in English. */
  | 'catalog'

/** A wording of a concept; a label of the page; a phrase that names no subject; an old word. */
export type Kind = 'term' | 'label' | 'phrase' | 'word'

export interface Avoided {
  readonly wording: string
  /** A term of the glossary, or what to write instead. */
  readonly use: string
  readonly kind: Kind
  /**
   * In lower case: a name is looked at as words (`ledTo` as `led to`), and a space of the pattern also stands for a line break or a hyphen.
   * None where the wording has other meanings too: then only a reader can judge it.
   */
  readonly pattern?: RegExp
  readonly scopes: readonly Scope[]
}

const everywhere: readonly Scope[] = ['name', 'comment', 'string', 'doc', 'catalog']
const prose: readonly Scope[] = ['comment', 'string', 'doc', 'catalog']
const names: readonly Scope[] = ['name']
const catalogs: readonly Scope[] = ['catalog']

const avoid = (use: string, wording: string, pattern?: RegExp, scopes = everywhere): Avoided => ({
  wording,
  use,
  kind: 'term',
  scopes,
  ...(pattern && { pattern }),
})
const label = (wording: string, use: string, pattern: RegExp): Avoided => ({ wording, use, kind: 'label', scopes: catalogs, pattern })
const phrase = (wording: string, use: string, pattern: RegExp): Avoided => ({ wording, use, kind: 'phrase', scopes: everywhere, pattern })
const word = (wording: string, use: string, pattern: RegExp): Avoided => ({ wording, use, kind: 'word', scopes: everywhere, pattern })

const terms: readonly Avoided[] = [
  avoid('state', 'fold', /\b(?<!case )fold(?:s|ed|ing)?\b/),
  avoid('state', 'standing'),
  avoid('projection (read model)', 'view'),
  avoid('projection (read model)', 'what is made of them', /\bmade of (?:them|it)\b/, prose),
  avoid('resulting state', 'ledTo', /\bled to\b/, names),
  avoid('resulting state', 'what it led to', /\bwhat (?:it|they|a fact|the fact) led to\b/, prose),
  avoid('offset', 'place'),
  avoid('offset', 'place in the log', /\bplaces? (?:in|of) (?:an?|the|its|their) (?:log|ledger|stream|topic|partition)s?\b/, prose),
  avoid('cursor', 'sealed place', /\bsealed places?\b/),
  avoid('JSON pointer', 'place'),
  avoid('committed offset, snapshot offset', 'how far it has come', /\bhow far (?:\w+ ){1,4}(?:has|have|had) (?:come|got)\b/, prose),
  avoid('log truncation', 'lost past', /\blost (?:(?:its|the|a) )?past\b/),
  avoid('log truncation', 'lost tail', /\blost (?:(?:its|the|a|an) )?(?:acknowledged )?tail\b/),
  avoid('log prefix fingerprint', 'what lay before', /\bwhat lay (?:right )?before\b/, prose),
  avoid('feature level', 'level'),
  avoid('parked request', 'put aside', /\bputs? (?:(?:it|them|one|these) )?aside\b/),
  avoid('dead letter', 'letter'),
  avoid('outbound message', 'what goes out', /\bwhat (?:goes|went|go) out\b/),
  avoid('write-behind store', 'behind store', /\bbehind stores?\b(?<!write behind stores?)/),
  avoid('write-behind store', 'saved behind', /\bsaved? behind\b/),
  avoid('ordered, durable', 'two moments', /\btwo moments\b/),
  avoid('serial queue, fair queue, concurrency limiter', 'by turns', /\b(?:by|in) turns\b/),
  avoid('serial queue, fair queue, concurrency limiter', 'gate'),
  avoid('worker thread', 'thread beside', /\bthreads? beside\b/),
  avoid('worker thread', 'beside the work', /\bbeside (?:the|its) work\b/),
  avoid('rebuild, repair, retry, discard', 'make anew', /\bma(?:de|ke|kes|king) (?:\w+ )?anew\b/),
  avoid('service, process, instance, consumer', 'who reads', /\bwho(?:ever)? (?:reads|owns)\b/, prose),
  avoid('package, module, folder', 'room', /\brooms?\b/),
  avoid('deterministic simulation', 'bad day', /\b(?:bad|simulated) days?\b/),
  avoid('endpoint, ingress', 'door', /\bdoors?\b/),
  avoid('principal', 'speaker', /\bspeakers?\b/),
  avoid('principal', 'who says it', /\bwho says (?:it|so)\b/),
  avoid('member role', 'side'),
  avoid('actor', 'who acts', /\b(?:who|those that|those who) acts?\b/),
  avoid('rate limit, quota', 'share'),
  avoid('rate limit, quota', 'admission', /\badmissions?\b/),
  avoid('history quota', 'room'),
  avoid('notification', 'notice', /\b(?<!without |interpol )notices?\b/),
  avoid('personal data', 'words of persons', /\bwords of (?:(?:a|the) )?(?:persons?|people)\b/),
  avoid('personal data', 'where words lie', /\bwhere (?:the )?words (?:lie|are)\b/),
  avoid('personal data', 'words'),
  avoid('encrypted, plaintext', 'sealed', /\b(?:un)?seal(?:s|ed|ing|er)?\b/),
  avoid('encrypted field', 'box'),
  avoid('data key, country key, master key', 'key of words', /\bkeys? (?:of|for) (?:the )?words\b/),
  avoid('pseudonym', 'mark'),
  avoid('pseudonym', 'markOf', /\bmarks? of\b/, names),
  avoid('blind index', 'marks and words', /\bmarks and words\b/),
  avoid('crypto-shredding, erasure', 'words gone', /\bwords (?:(?:are|is) )?gone\b/),
  avoid('redacted', 'wordless', /\bwordless\b/),
  avoid('redacted', 'lacks words', /\black(?:s|ed|ing)? words\b/),
  avoid('access level, access scope', 'sight', /\bsights?\b/),
  avoid('access level, access scope', 'maySee', /\bmay see\b/, names),
  avoid('access level, access scope', 'guarded'),
  avoid('dual approval (four-eyes)', 'jointly', /\bjoint(?:ly)?\b/),
  avoid('dual approval (four-eyes)', 'two persons', /\btwo persons\b/),
  avoid('dual approval (four-eyes)', 'second person', /\bsecond (?:person|one of the two)s?\b/),
  avoid('dual approval (four-eyes)', 'says the same', /\bsays? the same\b/),
  avoid('proof of possession', 'bound to who holds it', /\bbound to who(?:ever)?\b/),
  avoid('transparency log, inclusion proof, consistency proof, witness', 'goes on from', /\bgo(?:es)? on from\b/),
  avoid('requested', 'asked for', /\basked for\b/, ['name', 'catalog']),
  avoid('frozen', 'held', /^held$/, catalogs),
  avoid('released', 'let go', /\blets? (?:\w+ )?go\b/),
  avoid('not located', 'not found yet', /\bnot found yet\b/, prose),
  avoid('onward request', 'follows the money of', /\bfollows? the money of\b/),
  avoid('beneficiary country', 'asked country', /\basked countr(?:y|ies)\b/),
  avoid('deadline', 'lapse', /\blaps(?:e|es|ed|ing)\b/),
]

const labels: readonly Avoided[] = [
  label('What you may do', 'Actions', /^what you may do$/),
  label('Not now, and why', 'Unavailable actions', /^not now, and why$/),
  label('Go to…', 'Search…', /^go to…$/),
  label('As a table (CSV)', 'Export CSV', /^as a table \(csv\)$/),
  label('Waits for a second person', 'Awaiting second approval', /\bwaits? for a second\b/),
]

/** Sentences of these name no subject, or use a word that no engineer uses. */
const phrases: readonly Avoided[] = [
  phrase('anew', 'again', /\banew\b/),
  phrase('whoever', 'the operator, the member, the bank …', /\bwhoever\b/),
  phrase('nobody', 'no member, no person …', /\bnobody\b/),
  phrase('somebody', 'an officer, a person …', /\bsomebody\b/),
  phrase('is told', 'receives, is notified', /\b(?:is|are|was|were|be|been|being) told\b/),
  phrase('in clear', 'in plaintext', /\bin (?:the )?clear\b/),
  phrase('mend', 'repair', /\bmend(?:s|ed|ing)?\b/),
  phrase('who runs', 'the operator', /\bwho(?:ever)? runs?\b/),
]

const oldWords: readonly Avoided[] = [
  word('anybody', 'any principal, any person …', /\banybody\b/),
  word('beside', 'next to, on another thread', /\bbeside\b/),
  word('lest', 'so that … not', /\blest\b/),
  word('thereby', 'by this', /\bthereby\b/),
  word('lie', 'to be stored, to be', /\b(?:lies?|lay|lain)\b/),
]

export const avoided: readonly Avoided[] = [...terms, ...labels, ...phrases, ...oldWords]

// One term for each concept. `npm run generate` makes docs/start/glossary.md of it.

/** What the desk's page calls it in its other languages. */
export interface Translations {
  readonly fr: string
  readonly es: string
  readonly ar: string
}

export interface Term {
  readonly term: string
  readonly meaning: string
  /** Only for terms that the page shows. */
  readonly translations?: Translations
}

export interface Section {
  /** Its terms are in this file only, not on the page. */
  readonly isForContributors?: boolean
  readonly title: string
  readonly terms: readonly Term[]
}

const term = (name: string, meaning: string, translations?: Translations): Term =>
  translations ? { term: name, meaning, translations } : { term: name, meaning }

export const glossary: readonly Section[] = [
  {
    title: 'Event sourcing and runtime',
    terms: [
      term('fact', 'an immutable event in the ledger, in the past tense', { fr: 'fait', es: 'hecho', ar: 'واقعة' }),
      term('command', 'what an actor wants; becomes a fact or a refusal', { fr: 'acte', es: 'acto', ar: 'إجراء' }),
      term('ledger', 'the log of all facts, ordered per request', { fr: 'registre', es: 'registro', ar: 'السجل' }),
      term('state', 'derived from the facts of a request; decisions use it', {
        fr: 'état',
        es: 'estado',
        ar: 'الحالة',
      }),
      term('projection (read model)', 'derived from facts for reading'),
      term('resulting state', 'the state that a fact leads to, stored in it'),
      term('offset', 'a position in a topic partition'),
      term('cursor', 'an opaque position: `nextCursor` in a list, `after` in a query'),
      term('checkpoint', 'a signed head of the transparency log (C2SP tlog-checkpoint)'),
      term('log truncation', 'acknowledged records that a broker lost'),
      term('feature level', 'what all readers of a ledger support (KIP-584)'),
      term('parked request', 'a request that a service cannot process'),
      term('dead letter', 'a record that cannot be processed', {
        fr: 'lettre morte',
        es: 'carta muerta',
        ar: 'الرسالة الميتة',
      }),
    ],
  },
  {
    title: 'Code and tests',
    isForContributors: true,
    terms: [
      term('JSON pointer', 'a path in a document'),
      term('committed offset, snapshot offset', 'how far a consumer group has read; up to where a stored snapshot goes'),
      term('log prefix fingerprint', 'what a consumer stores to detect truncation'),
      term('outbound message', 'what dispatch sends because of a fact'),
      term('write-behind store', 'snapshots saved after the batch'),
      term('serial queue, fair queue, concurrency limiter', 'one at a time; one per principal in rotation; at most N at a time'),
      term('worker thread', 'code on another thread'),
      term('rebuild, repair, retry, discard', 'derive again from facts; correct damage; attempt again; drop'),
      term('service, process, instance, consumer', 'a part of the engine; one running program; one of several; a reader of a topic'),
      term('partition assigned, revoked, lost', 'as in Kafka’s consumer'),
      term('package, module, folder', 'parts of the repository'),
      term('deterministic simulation', 'seeded runs in virtual time'),
      term('fuzzing', 'malformed input at every endpoint'),
      term('fault injection', 'real faults on real processes'),
      term('ordered, durable', 'a record has its offset; a record survives a crash (fsync, or in-sync replicas)'),
    ],
  },
  {
    title: 'Interface',
    terms: [
      term('endpoint, ingress', 'where input enters: HTTP, Kafka, files'),
      term('principal', 'an authenticated member, institution, operator or person'),
      term('member role', 'a country with a role; it has quotas'),
      term('actor', 'the person or system that acts'),
      term('sender', 'the authenticated source of a message'),
      term('rate limit, quota', 'answered with 429 and `Retry-After`'),
      term('history quota', 'how many more facts a request accepts'),
      term('refusal', 'an expected no, with a code', { fr: 'refusé', es: 'rechazado', ar: 'مرفوض' }),
      term('notification', 'a message to a member about its request, no INTERPOL Notice'),
      term('receipt', 'the answer to an accepted request'),
      term('operator', 'operates the engine', { fr: 'exploitant', es: 'operador', ar: 'مشغّل' }),
    ],
  },
  {
    title: 'Security and personal data',
    terms: [
      term('personal data', 'names, accounts, contacts, payment references, free text'),
      term('encrypted, plaintext', 'readable with a key only; readable as it is'),
      term('encrypted field', 'ciphertext with its key id and metadata (*envelope* is the event’s)'),
      term('data key, country key, master key', 'the key hierarchy (envelope encryption)'),
      term('pseudonym', 'a keyed digest that stands for an actor'),
      term('blind index', 'a keyed digest to search by'),
      term('crypto-shredding, erasure', 'destroying the data keys', { fr: 'effacement', es: 'supresión', ar: 'محو' }),
      term('redacted', 'shown without personal data'),
      term('access level, access scope', 'what a principal can read'),
      term('dual approval (four-eyes)', 'two officers must approve; *proposal*, *approval*', {
        fr: 'approuver',
        es: 'aprobar',
        ar: 'الموافقة',
      }),
      term('proof of possession', 'DPoP or mTLS binding'),
      term('transparency log, inclusion proof, consistency proof, witness', 'as in RFC 9162 and C2SP'),
    ],
  },
  {
    title: 'Domain',
    terms: [
      term('request', 'a freeze request, from its opening to its end', { fr: 'demande', es: 'solicitud', ar: 'طلب' }),
      term('case', 'the requests with one reference of a country', { fr: 'affaire', es: 'caso', ar: 'القضية' }),
      term('hold', 'a provisional measure with an end', { fr: 'blocage', es: 'bloqueo', ar: 'حجز' }),
      term('requested', 'the amount that a request asks to freeze', { fr: 'demandé', es: 'solicitado', ar: 'المطلوب' }),
      term('frozen', 'the part that is on hold', { fr: 'bloqué', es: 'bloqueado', ar: 'المحجوز' }),
      term('recovered', 'the part that was returned', { fr: 'recouvré', es: 'recuperado', ar: 'المسترد' }),
      term('charges', 'what banks deducted from the return', { fr: 'frais', es: 'gastos', ar: 'الرسوم' }),
      term('moved onward', 'the part that left for another account', { fr: 'transféré plus loin', es: 'transferido', ar: 'نُقل' }),
      term('released', 'the part whose hold ended without a return', { fr: 'débloqué', es: 'liberado', ar: 'المفرج عنه' }),
      term('not located', 'the part that no institution has reported', {
        fr: 'pas encore trouvé',
        es: 'aún no hallado',
        ar: 'لم يُعثر عليه بعد',
      }),
      term('requesting country', 'the country of the victim', { fr: 'pays demandeur', es: 'país solicitante', ar: 'البلد الطالب' }),
      term('beneficiary country', 'the country that holds the account', {
        fr: 'pays où se trouvent les fonds',
        es: 'país donde están los fondos',
        ar: 'البلد الذي توجد فيه الأموال',
      }),
      term('onward request', 'a request for money that moved onward; *parent*, *child*'),
      term('institution', 'a bank, VASP or payment provider', { fr: 'établissement', es: 'entidad', ar: 'مؤسسة' }),
      term('order, answer', 'to and from an institution', { fr: 'ordre, réponse', es: 'orden, respuesta', ar: 'الأمر، جواب' }),
      term('deadline', 'an instant in a fact: due, overdue or expired', { fr: 'échéance', es: 'plazo', ar: 'الموعد النهائي' }),
      term('officer', 'a police investigator of a member country', { fr: 'enquêteur', es: 'investigador', ar: 'محقق' }),
      term('competent authority', 'can confirm a hold, such as a court', {
        fr: 'autorité compétente',
        es: 'autoridad competente',
        ar: 'السلطة المختصة',
      }),
      term('National Central Bureau (NCB)', 'INTERPOL’s office in a member country'),
      term('Financial Intelligence Unit (FIU)', 'receives reports of suspicious money', {
        fr: 'CRF',
        es: 'UIF',
        ar: 'وحدة المعلومات المالية',
      }),
    ],
  },
]

/** Labels of the page, in English as they are to be. The translations of those that the page does not show yet are proposals. */
export const labels: readonly (Translations & { readonly en: string; readonly isOnPage: boolean })[] = [
  { en: 'Actions', fr: 'Actions', es: 'Acciones', ar: 'الإجراءات', isOnPage: true },
  { en: 'Unavailable actions', fr: 'Actions indisponibles', es: 'Acciones no disponibles', ar: 'إجراءات غير متاحة', isOnPage: true },
  { en: 'Overview', fr: 'Vue d’ensemble', es: 'Panorama', ar: 'نظرة عامة', isOnPage: false },
  { en: 'Inbox', fr: 'Boîte de réception', es: 'Bandeja de entrada', ar: 'صندوق الوارد', isOnPage: false },
  { en: 'Search…', fr: 'Rechercher…', es: 'Buscar…', ar: 'بحث…', isOnPage: true },
  { en: 'Export CSV', fr: 'Exporter en CSV', es: 'Exportar CSV', ar: 'تصدير CSV', isOnPage: true },
  {
    en: 'Awaiting second approval',
    fr: 'En attente d’une seconde approbation',
    es: 'Pendiente de segunda aprobación',
    ar: 'بانتظار موافقة ثانية',
    isOnPage: true,
  },
  { en: 'Received', fr: 'Reçue', es: 'Recibida', ar: 'مستلم', isOnPage: true },
  { en: 'Verified', fr: 'Validée', es: 'Verificada', ar: 'متحقق منه', isOnPage: true },
  { en: 'Frozen', fr: 'Bloquée', es: 'Bloqueada', ar: 'محجوز', isOnPage: true },
  { en: 'Recovered', fr: 'Recouvrée', es: 'Recuperada', ar: 'مسترد', isOnPage: true },
  { en: 'Closed', fr: 'Close', es: 'Cerrada', ar: 'مغلق', isOnPage: true },
]

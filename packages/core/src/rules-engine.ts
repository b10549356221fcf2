import { type Finding, type Severity, severities } from '@holdfast/schemas'

/** A finding: a JSON pointer into the document and what to do about it, without names or account numbers. */
export interface Observation {
  readonly path: string
  readonly message: string
  readonly code?: never
  /** The number of officers that a review needs for this finding: two by default (V17). */
  readonly officers?: 1
}

/** A finding of a rule that rejects, with its code. */
interface Rejection<Code extends string> extends Omit<Observation, 'code'> {
  readonly code: Code
}

/** The documentation of a rule. */
interface Described {
  /** The number of the rule in the documentation. Rules with one subject and two severities share it. */
  readonly id: `V${number}`
  /** The requirement in one sentence. */
  readonly title: string
  /** The source of the rule. */
  readonly source: string
}

interface RuleOf<S extends Severity, Document, Context, Found> extends Described {
  readonly severity: S
  /** Has no clock and no I/O, so a replay finds the same. */
  check(document: Document, context: Context): Found[]
}

/** A rule whose findings reject a document. */
export type RejectingRuleOf<Document, Context, Code extends string> = RuleOf<'reject', Document, Context, Rejection<Code>>

/** A rule on the documents of a workflow. */
export type DocumentRule<Document, Context, Code extends string> =
  | RejectingRuleOf<Document, Context, Code>
  | RuleOf<Exclude<Severity, 'reject'>, Document, Context, Observation>

/**
 * A rule that an assessment cannot enforce, because it applies before or after one. It names its files as data, so that one
 * book lists all rules and a test can check the files.
 */
export interface EnforcedElsewhere extends Described {
  /** The effect of a violation. */
  readonly effect: string
  /** The files that enforce it, from the root of the repository. */
  readonly enforcedBy: readonly string[]
  /** The tests that prove it, each of which names the rule. */
  readonly provenBy: readonly string[]
  /** The part that is not enforced yet. */
  readonly notEnforcedYet?: string
}

/** The result for a document: the worst severity of its findings, or `pass` if there are only flags. */
export type Verdict = Exclude<Severity, 'flag'> | 'pass'

export interface AssessmentOf<Code extends string> {
  readonly verdict: Verdict
  /** All findings in the order of the rules, so that the requesting country can correct everything at once. */
  readonly findings: Finding[]
  /** With verdict `reject`: the code of the first rejecting finding. */
  readonly rejection?: { readonly code: Code }
  /** With verdict `review`: the number of officers who have to verify the request (V17). */
  readonly officers?: 1 | 2
}

/** Assesses a document by all rules. Pure: the same document and context give the same assessment anywhere. */
export function assessBy<Document, Context, Code extends string>(
  rules: readonly DocumentRule<Document, Context, Code>[],
  document: Document,
  context: Context,
): AssessmentOf<Code> {
  const findings: Finding[] = []
  let code: Code | undefined
  let officers: 1 | 2 = 1
  for (const rule of rules)
    for (const observation of rule.check(document, context)) {
      findings.push({ rule: rule.id, severity: rule.severity, path: observation.path, message: observation.message })
      code ??= observation.code
      if (rule.severity === 'review' && observation.officers !== 1) officers = 2
    }
  const verdict = verdictOf(findings)
  return { verdict, findings, ...(code && { rejection: { code } }), ...(verdict === 'review' && { officers }) }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  const worst = severities.find(severity => findings.some(finding => finding.severity === severity))
  return worst === undefined || worst === 'flag' ? 'pass' : worst
}

import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import type { Act } from '../../../commands/act.ts'
import { Button } from '../../../components/button.tsx'
import { pointerLabel } from '../../../components/codes.tsx'
import { Loading } from '../../../components/loading.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { bodiesQuery } from '../../commands/bodies-query.ts'
import { type FieldProblem, FormFields, ProblemText } from './form-field.tsx'
import { type BodySchema, bodyOf, type Field, fieldsOf, pathsOf, problemsIn, type Values } from './schema-form.ts'

interface ActFormProps {
  readonly command: Act['command']
  /** Whether a second officer must approve, which is said before the form. */
  readonly needsApproval: boolean
  readonly values: Values
  readonly problems: ReadonlyMap<string, FieldProblem>
  setValues(change: (values: Values) => Values): void
  setProblems(problems: ReadonlyMap<string, FieldProblem>): void
  review(data: unknown): void
  cancel(): void
}

/** The form of a command, made of the schema of its body; what is wrong is said before it is looked over. */
export function ActForm({ command, needsApproval, values, problems, setValues, setProblems, review, cancel }: ActFormProps) {
  const t = useTranslate()
  const form = useRef<HTMLFormElement>(null)
  const bodies = useQuery(bodiesQuery)
  const fields = useMemo(() => bodies.data && fieldsOf(bodies.data.bodySchemaOf(command) as BodySchema), [bodies.data, command])
  useEffect(() => {
    if (problems.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus()
  }, [problems])
  if (bodies.isError) return <NotReached retry={() => void bodies.refetch()} />
  if (!fields || !bodies.data) return <Loading />
  const { problemsWith } = bodies.data

  function look(): void {
    if (!fields) return
    const own = problemsIn(fields, values)
    if (own.size > 0) {
      setProblems(new Map([...own].map(([path, problem]) => [path, { text: t(`request.act.${problem}`) }])))
      return
    }
    const data = bodyOf(fields, values)
    const found = problemsWith(command, data)
    setProblems(new Map(found.map(({ path, message }) => [path, { message }])))
    if (found.length === 0) review(data)
  }

  return (
    <form
      ref={form}
      className="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        look()
      }}
    >
      {needsApproval && <p>{t('request.act.needsTwo')}</p>}
      <Unplaced problems={problems} fields={fields} />
      <FormFields fields={fields} form={{ values, problems, set: (path, value) => setValues(before => ({ ...before, [path]: value })) }} />
      <div className="cluster end">
        <Button onClick={cancel}>{t('request.cancel')}</Button>
        <Button type="submit" kind="primary">
          {t('request.review')}
        </Button>
      </div>
    </form>
  )
}

/** A problem without a field of its own. */
function Unplaced({ problems, fields }: { readonly problems: ActFormProps['problems']; readonly fields: readonly Field[] }) {
  const t = useTranslate()
  const paths = pathsOf(fields)
  const unplaced = [...problems].filter(([path]) => !paths.includes(path))
  if (unplaced.length === 0) return null
  return (
    <ul role="alert" tabIndex={-1} className="urgent small">
      {unplaced.map(([path, problem]) => (
        <li key={path}>
          ! <bdi>{pointerLabel(path, t)}</bdi> <ProblemText problem={problem} />
        </li>
      ))}
    </ul>
  )
}

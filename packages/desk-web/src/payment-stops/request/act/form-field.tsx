import { useId } from 'react'
import { codeLabel, fieldLabel } from '../../../components/codes.tsx'
import { EngineText } from '../../../components/engine-text.tsx'
import { type Translate, useTranslate } from '../../../locales/index.ts'
import { type Field, isFilled, type Values } from './schema-form.ts'

/** The problem at a path: found by the page, in the reader's language, or by the core or the engine. */
export type FieldProblem = { readonly text: string; readonly message?: undefined } | { readonly message: string }

export interface FormState {
  readonly values: Values
  readonly problems: ReadonlyMap<string, FieldProblem>
  set(path: string, value: string): void
}

export function FormFields({ fields, form }: { readonly fields: readonly Field[]; readonly form: FormState }) {
  return fields.map(field => <FormField key={field.path} field={field} form={form} />)
}

function FormField({ field, form }: { readonly field: Field; readonly form: FormState }) {
  const t = useTranslate()
  if (field.kind === 'money') return <MoneyField field={field} form={form} />
  if (field.kind === 'group') return <Group field={field} form={form} />
  return <OneField path={field.path} field={field} form={form} label={fieldLabel(field.name, t)} />
}

/** Optional fields are collapsed until they are wanted. */
function Group({ field, form }: { readonly field: Field; readonly form: FormState }) {
  const t = useTranslate()
  const name = fieldLabel(field.name, t)
  const fields = <FormFields fields={field.fields} form={form} />
  if (field.isRequired)
    return (
      <fieldset className="form-group card pad-3">
        <legend>{name}</legend>
        {fields}
      </fieldset>
    )
  return (
    <details className="form-group card pad-3" open={isFilled(field, form.values) || undefined}>
      <summary>{name}</summary>
      {fields}
    </details>
  )
}

function MoneyField({ field, form }: { readonly field: Field; readonly form: FormState }) {
  const t = useTranslate()
  return (
    <fieldset className="form-money card pad-3 stack">
      <legend>
        {fieldLabel(field.name, t)} <Required field={field} t={t} />
      </legend>
      <OneField
        path={`${field.path}/currency`}
        field={{ ...field, kind: 'text', charactersMax: 3 }}
        form={form}
        label={t('fields.currency')}
      />
      <OneField
        path={`${field.path}/value`}
        field={{ ...field, kind: 'text', charactersMax: 24 }}
        form={form}
        label={t('fields.value')}
        hint={t('request.act.amountHint')}
      />
    </fieldset>
  )
}

const Required = ({ field, t }: { readonly field: Field; readonly t: Translate }) =>
  field.isRequired && <span className="quiet small">({t('request.act.required')})</span>

interface OneFieldProps {
  readonly path: string
  readonly field: Field
  readonly form: FormState
  readonly label: string
  readonly hint?: string
}

function OneField({ path, field, form, label, hint }: OneFieldProps) {
  const t = useTranslate()
  const id = useId()
  const problem = form.problems.get(path)
  const isPart = path !== field.path
  const notes = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {!isPart && <Required field={field} t={t} />}
      </label>
      <Control
        field={field}
        value={form.values[path] ?? ''}
        onChange={value => form.set(path, value)}
        attributes={{
          id,
          'aria-describedby': notes || undefined,
          'aria-invalid': problem ? true : undefined,
          'aria-required': field.isRequired || undefined,
        }}
      />
      {hint && (
        <span id={`${id}-hint`} className="quiet small">
          {hint}
        </span>
      )}
      {problem && (
        <div id={`${id}-problem`} className="small urgent">
          ! <ProblemText problem={problem} />
        </div>
      )}
    </div>
  )
}

export function ProblemText({ problem }: { readonly problem: FieldProblem }) {
  const t = useTranslate()
  if (problem.message === undefined) return problem.text
  return <EngineText message={problem.message}>{t.tag === 'en' ? '' : t('unusable')}</EngineText>
}

interface ControlProps {
  readonly field: Field
  readonly value: string
  onChange(value: string): void
  readonly attributes: React.AriaAttributes & { readonly id: string }
}

const inputTypes: Readonly<Partial<Record<Field['kind'], string>>> = { instant: 'datetime-local', date: 'date' }

function Control({ field, value, onChange, attributes }: ControlProps) {
  const t = useTranslate()
  const change = (event: { readonly target: { readonly value: string } }): void => onChange(event.target.value)
  switch (field.kind) {
    case 'fixed':
      return <output id={attributes.id}>{codeLabel(field.choices[0] ?? '', t)}</output>
    case 'choice':
    case 'yesNo': {
      const choices =
        field.kind === 'yesNo'
          ? [['true', t('request.act.yes')] as const, ['false', t('request.act.no')] as const]
          : field.choices.map(code => [code, codeLabel(code, t)] as const)
      return (
        <select {...attributes} value={value} onChange={change}>
          <option value="">{t('request.act.choose')}</option>
          {choices.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      )
    }
    case 'long':
    case 'json':
      return (
        <textarea
          {...attributes}
          dir={field.kind === 'json' ? 'ltr' : 'auto'}
          rows={field.kind === 'json' ? 12 : 3}
          maxLength={field.charactersMax}
          value={value}
          onChange={change}
        />
      )
    default:
      return (
        <input
          {...attributes}
          type={inputTypes[field.kind] ?? 'text'}
          inputMode={field.kind === 'number' ? 'numeric' : undefined}
          dir="auto"
          autoComplete="off"
          maxLength={field.charactersMax}
          value={value}
          onChange={change}
        />
      )
  }
}

import { useId } from 'react'
import { useTranslate } from '../locales/index.ts'
import { usePersons } from './use-work.ts'

interface PersonFieldProps {
  readonly value: string
  onChange(person: string): void
}

/** An officer of the desk by login name, with suggestions of those who have used the desk. */
export function PersonField({ value, onChange }: PersonFieldProps) {
  const t = useTranslate()
  const persons = usePersons()
  const [listId, hintId] = [useId(), useId()]
  return (
    <label className="field">
      {t('work.toWhom')}
      <input
        value={value}
        onChange={event => onChange(event.target.value)}
        list={listId}
        aria-describedby={hintId}
        required
        pattern="[A-Za-z0-9._@\-]{1,64}"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        dir="ltr"
      />
      <span id={hintId} className="quiet small">
        {t('work.toHint')}
      </span>
      <datalist id={listId}>
        {persons.map(person => (
          <option key={person} value={person} />
        ))}
      </datalist>
    </label>
  )
}

import { alertRows } from './alert-rows.ts'

/** docs/reference/alerts.md: every alert code with its audience and sentence, from the alerts themselves. */
export function alertsPage(): string {
  const sorted = alertRows()
  const rows = sorted.map(([code, who, message], index) => {
    const [event] = message.split(': ')
    const isSameEvent = code.endsWith('.beneficiary') && sorted[index - 1]?.[2].startsWith(`${event}: `)
    const text = isSameEvent ? message.replace(`${event}: `, '…: ') : message
    return `| \`${code}\` | ${code === 'proposed' ? 'proposer' : code.endsWith(`.${who}`) ? '' : who} | ${text} |`
  })
  return `---
reader: everyone
task: look up an alert
---
# Alerts

For officers and developers: each alert, and the country that gets it. Alerts are in \`GET /v1/alerts\`, in notifications and at the desk.

Made by \`npm run generate\` from \`workflows/payment-stop/src/lifecycle/alert.ts\`.

- \`proposed\` stays open until the approval. Its \`parameters\` name the \`command\` ([dual approval](../desk/dual-approval.md)).
- \`movedOnward\` stays open until an officer approves or declines an onward request. Its \`parameters\` have \`amount\`, \`country\` and \`report\`.
- \`undelivered\`, \`erasedWhileParked\` and \`erasureWaits\` need the operator too ([runbooks](../operate/runbooks.md)).

In the table, … is the first part of the sentence above.

| code | for | sentence |
|---|---|---|
${rows.join('\n')}
`
}

import { alertRows } from './alert-rows.ts'

/** docs/reference/alerts.md: every alert code with its audience and sentence, from the alerts themselves. */
export function alertsPage(): string {
  const rows = alertRows().map(
    ([code, who, message]) => `| \`${code}\` | ${code === 'proposed' ? 'the country of the proposer' : who} | ${message} |`,
  )
  return `---
reader: everyone
task: look up an alert
---
# Alerts

For officers and developers. An alert names something to act on or to know. This page lists every code, and the country that gets it.

Made by \`npm run generate\` from \`packages/lifecycle/src/alert.ts\`.

Alerts are in \`GET /v1/alerts\`, in notifications and on the page of the desk. The code is for systems, the sentence for people.

- \`proposed\` stays open until the approval. Its \`parameters\` name the \`command\` ([dual approval](../desk/dual-approval.md)).
- \`movedOnward\` stays open until an officer approves an onward request or declines it. Its \`parameters\` have \`amount\`, \`country\` and \`report\`.
- \`undelivered\`, \`erasedWhileParked\` and \`erasureWaits\` need the operator too ([runbooks](../operate/runbooks.md)).

| code | for | sentence |
|---|---|---|
${rows.join('\n')}
`
}

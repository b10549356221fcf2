const withinPayment = ['uetr', 'messageId', 'instructionId', 'endToEndId', 'transactionId', 'creditor', 'creditorAgent/name', 'wallet']
/** Identities, contacts, accounts, free text, and identifiers that find the payment. */
const withinDocument = [
  'contact',
  'offence/legalBasis',
  'offence/facts',
  'victim/name',
  'victim/lei',
  'payment/debtor',
  ...withinPayment.map(name => `payment/${name}`),
  'recall/reference',
  'attachments',
]

/** JSON pointers of personal data in a freeze request, in the data of a command. */
export const ofDocument: readonly string[] = withinDocument.map(pointer => `/request/${pointer}`)
/** JSON pointers of personal data in a payment onward. */
export const ofOnwardPayment: readonly string[] = withinPayment.map(name => `/onward/${name}`)

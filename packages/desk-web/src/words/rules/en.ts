export const rulesEn = {
  /** What a rule found, and what to do about it: by the rule and how grave that is. The engine's own words say more of the case. */
  rules: {
    'V02.ask': 'The IBAN is not right. Ask for the account again, and correct it.',
    'V03.flag': 'The creditor’s bank is of another country than the request is addressed to. Make sure where the account is held.',
    'V04.review':
      'The creditor’s IBAN is of another country than the request is addressed to. Make sure of the account, or send the request there.',
    'V05.ask': 'The amount does not fit its currency. Give the amount and the currency of the payment.',
    'V06.ask': 'More is asked for than was paid, or in another currency. Ask for the amount of the payment at most.',
    'V07.reject': 'The request does not go from one member country to another. Use the national channel, or mutual legal assistance.',
    'V08.ask': 'The times of the payment, the report and the recall do not fit together. Correct them.',
    'V09.flag': 'The payment is more than 24 hours old: its money may have moved on. Answer at once what is asked.',
    'V10.flag': 'The payment is below the threshold of the country: the request goes on with lower priority.',
    'V11.ask': 'The bank can not find the payment by what is given. Ask the paying bank for its reference.',
    'V12.duplicate': 'Your country has an open request for this payment. Follow that one.',
    'V12.flag': 'Another country has asked for the same payment. Its request is a case of its own.',
    'V14.reject': 'What has to be attested is not attested. Send the request again once you can attest it.',
    'V16.ask': 'The country that is asked is denied the request at once. Take it from the list, or withdraw the request.',
    'V17.review': 'Officers of the country that is asked look at the request. Nothing is needed of you.',
    'V24.reject': 'The reason is none of fraud. Let the paying bank recall the payment, or give the right reason.',
    'V25.ask': 'The reason says nothing by itself. Give a code of fraud, and put the words into the facts of the offence.',
    'V26.reject':
      'The money is not followed any farther: over too many hops, or to where this case has been. Work on the request that is there, or ask by mutual legal assistance.',
    'V26.ask': 'The request does not fit the one before it in the case. Correct what it says of that one.',
    'V26.flag': 'The request before this one has another case reference or legal basis. Make sure of them.',
  },
}

// Written by `npm run generate` from en.po.

type None = Record<never, never>

/** Each message of the page, with its parameters. */
export interface Messages {
  readonly skip: None
  readonly menu: None
  readonly board: None
  readonly signIn: None
  readonly signOut: None
  readonly signInWhy: None
  readonly developmentSignIn: None
  readonly settings: None
  readonly language: None
  readonly theme: None
  readonly 'themes.system': None
  readonly 'themes.light': None
  readonly 'themes.dark': None
  readonly density: None
  readonly 'densities.roomy': None
  readonly 'densities.dense': None
  readonly singleKeys: None
  readonly loading: None
  readonly retry: None
  readonly notReached: None
  readonly erasedData: None
  readonly live: None
  readonly liveSince: { readonly time: string | number }
  readonly 'phases.received': None
  readonly 'phases.verified': None
  readonly 'phases.frozen': None
  readonly 'phases.recovered': None
  readonly 'phases.closed': None
  readonly 'deadlines.verify': None
  readonly 'deadlines.verifyHard': None
  readonly 'deadlines.informationReminder': None
  readonly 'deadlines.informationDecision': None
  readonly 'deadlines.acknowledge': None
  readonly 'deadlines.acknowledgeEscalation': None
  readonly 'deadlines.interimAnswer': None
  readonly 'deadlines.execute': None
  readonly 'deadlines.executeHard': None
  readonly 'deadlines.holdWarning': None
  readonly 'deadlines.holdExpiry': None
  readonly 'deadlines.confirmedHoldReview': None
  readonly 'deadlines.consentAnswer': None
  readonly 'deadlines.returnPayment': None
  readonly 'deadlines.retention': None
  readonly 'commands.PassAssessment': None
  readonly 'commands.SendToReview': None
  readonly 'commands.AskInformation': None
  readonly 'commands.Reject': None
  readonly 'commands.MarkDuplicate': None
  readonly 'commands.ProposeVerification': None
  readonly 'commands.ApproveVerification': None
  readonly 'commands.ProvideInformation': None
  readonly 'commands.AcknowledgeOrder': None
  readonly 'commands.ReportFreeze': None
  readonly 'commands.ReportNoFunds': None
  readonly 'commands.ReportNotFound': None
  readonly 'commands.ReportMovedOnward': None
  readonly 'commands.FollowOnward': None
  readonly 'commands.DeclineOnward': None
  readonly 'commands.ReportInterim': None
  readonly 'commands.CorrectAnswer': None
  readonly 'commands.ConfirmFreeze': None
  readonly 'commands.ExtendFreeze': None
  readonly 'commands.InitiateReturn': None
  readonly 'commands.ReportReturn': None
  readonly 'commands.Withdraw': None
  readonly 'commands.Release': None
  readonly 'commands.CloseUnrecovered': None
  readonly 'commands.Reopen': None
  readonly 'commands.ShareRequest': None
  readonly 'commands.WithdrawShare': None
  readonly 'commands.OrderErasure': None
  readonly 'facts.RequestOpened': None
  readonly 'facts.RequestVerified': None
  readonly 'facts.ReviewRequested': None
  readonly 'facts.VerificationProposed': None
  readonly 'facts.InformationRequested': None
  readonly 'facts.InformationProvided': None
  readonly 'facts.RequestRejected': None
  readonly 'facts.DuplicateDetected': None
  readonly 'facts.OrderAcknowledged': None
  readonly 'facts.FreezeReported': None
  readonly 'facts.NoFundsReported': None
  readonly 'facts.NotFoundReported': None
  readonly 'facts.MovedOnwardReported': None
  readonly 'facts.OnwardFollowed': None
  readonly 'facts.OnwardDeclined': None
  readonly 'facts.InterimReported': None
  readonly 'facts.AnswerCorrected': None
  readonly 'facts.FreezeConfirmed': None
  readonly 'facts.FreezeExtended': None
  readonly 'facts.ReturnInitiated': None
  readonly 'facts.ReturnReported': None
  readonly 'facts.RequestWithdrawn': None
  readonly 'facts.FreezeReleased': None
  readonly 'facts.ClosedUnrecovered': None
  readonly 'facts.RequestReopened': None
  readonly 'facts.ActionProposed': None
  readonly 'facts.HoldExpired': None
  readonly 'facts.DeadlineReached': None
  readonly 'facts.OrderUndelivered': None
  readonly 'facts.RequestShared': None
  readonly 'facts.ShareWithdrawn': None
  readonly 'facts.ErasureOrdered': None
  readonly 'facts.KeysDestroyed': None
  readonly 'facts.DestructionConfirmed': None
  readonly 'facts.CommandRefused': None
  readonly 'columns.deadline': None
  readonly 'columns.request': None
  readonly 'columns.corridor': None
  readonly 'columns.state': None
  readonly 'columns.amount': None
  readonly 'columns.frozen': None
  readonly 'columns.updated': None
  readonly 'filters.all': None
  readonly 'filters.from': None
  readonly 'filters.to': None
  readonly 'filters.sort': None
  readonly 'filters.sorts.deadline': None
  readonly 'filters.sorts.opened': None
  readonly 'filters.sorts.updated': None
  readonly 'filters.search': None
  readonly 'filters.searchHint': None
  readonly 'filters.clear': None
  readonly noRequests: None
  readonly more: None
  readonly 'counts.open': { readonly count: number }
  readonly 'counts.dueSoon': { readonly count: number }
  readonly 'counts.passed': { readonly count: number }
  readonly 'counts.shownUntil': { readonly time: string | number }
  readonly 'counts.proposals': { readonly count: number }
  readonly noDeadline: None
  readonly passed: { readonly long: string | number }
  readonly in: { readonly long: string | number }
  readonly days: { readonly count: number }
  readonly hours: { readonly count: number }
  readonly minutes: { readonly count: number }
  readonly seconds: { readonly count: number }
  readonly notFound: None
  readonly toBoard: None
  readonly sessionEnded: None
  readonly sessionEndedAgain: None
  readonly noneYet: None
  readonly seeStory: None
  readonly warning: None
  readonly years: { readonly count: number }
  readonly months: { readonly count: number }
  readonly timeZone: { readonly zone: string | number }
  readonly 'codes.VOLUNTARY': None
  readonly 'codes.FIU_SUSPENSION': None
  readonly 'codes.POLICE_ORDER': None
  readonly 'codes.PROSECUTOR': None
  readonly 'codes.COURT': None
  readonly 'codes.CONSENT': None
  readonly 'codes.INDEMNITY': None
  readonly 'codes.ORDER': None
  readonly 'codes.S000': None
  readonly 'codes.S003': None
  readonly 'codes.S004': None
  readonly 'codes.RQDA': None
  readonly 'codes.ADAC': None
  readonly 'codes.ARPL': None
  readonly 'codes.INDM': None
  readonly 'codes.CUST': None
  readonly 'codes.NOAS': None
  readonly 'codes.DENIED_COUNTRY': None
  readonly 'codes.SAME_COUNTRY': None
  readonly 'codes.NOT_A_MEMBER': None
  readonly 'codes.HOP_LIMIT': None
  readonly 'codes.HOP_CYCLE': None
  readonly 'codes.NO_PARTICULARS': None
  readonly 'codes.NO_DUAL_CRIMINALITY': None
  readonly 'codes.ARTICLE_3': None
  readonly 'codes.NOT_FRAUD': None
  readonly 'codes.IMMUNITY': None
  readonly 'codes.NE_BIS_IN_IDEM': None
  readonly 'codes.OUT_OF_SCOPE': None
  readonly 'codes.INCOMPLETE': None
  readonly 'codes.LEGL': None
  readonly 'codes.AGNT': None
  readonly 'codes.NOOR': None
  readonly 'codes.NARR': None
  readonly 'codes.CHALLENGE_UPHELD': None
  readonly 'codes.COURT_ORDER': None
  readonly 'codes.WRONG_PARTY': None
  readonly 'codes.REQUESTER_WISH': None
  readonly 'codes.NOT_CONFIRMED': None
  readonly 'codes.FORFEITED': None
  readonly 'codes.CONSENT_REFUSED': None
  readonly 'codes.PAID_ELSEWHERE': None
  readonly 'codes.PROSECUTOR_ORDER': None
  readonly 'codes.FIU_ORDER': None
  readonly 'codes.MLA_REQUEST': None
  readonly 'codes.FREEZING_CERTIFICATE': None
  readonly 'codes.frozen': None
  readonly 'codes.movedOnward': None
  readonly 'codes.noFunds': None
  readonly 'codes.notFound': None
  readonly 'codes.AM04': None
  readonly 'codes.AC03': None
  readonly 'codes.AC04': None
  readonly 'codes.BEC_INVOICE': None
  readonly 'codes.BEC_CEO': None
  readonly 'codes.INVESTMENT': None
  readonly 'codes.ROMANCE': None
  readonly 'codes.IMPERSONATION_AUTHORITY': None
  readonly 'codes.IMPERSONATION_BANK': None
  readonly 'codes.IMPERSONATION_FAMILY': None
  readonly 'codes.TECH_SUPPORT': None
  readonly 'codes.ECOMMERCE': None
  readonly 'codes.EMPLOYMENT': None
  readonly 'codes.ADVANCE_FEE': None
  readonly 'codes.PHISHING_ATO': None
  readonly 'codes.SEXTORTION': None
  readonly 'codes.RANSOMWARE': None
  readonly 'codes.GAMBLING_LAUNDERING': None
  readonly 'codes.OTHER': None
  readonly 'codes.AUTHORISED_DECEIVED': None
  readonly 'codes.UNAUTHORISED': None
  readonly 'codes.COERCED': None
  readonly 'codes.SWIFT': None
  readonly 'codes.SEPA': None
  readonly 'codes.INSTANT': None
  readonly 'codes.CARD': None
  readonly 'codes.WALLET': None
  readonly 'codes.CRYPTO': None
  readonly 'codes.organisedCrime': None
  readonly 'codes.cybercrime': None
  readonly 'codes.counterTerrorism': None
  readonly 'codes.financialInvestigation': None
  readonly 'codes.antiScamCentre': None
  readonly 'codes.generalSecretariat': None
  readonly 'codes.standing': None
  readonly 'codes.history': None
  readonly 'severities.reject': None
  readonly 'severities.duplicate': None
  readonly 'severities.ask': None
  readonly 'severities.review': None
  readonly 'severities.flag': None
  readonly 'roles.system': None
  readonly 'roles.officer': None
  readonly 'roles.institution': None
  readonly 'roles.fiu': None
  readonly 'roles.authority': None
  readonly 'roles.validation': None
  readonly 'roles.dispatch': None
  readonly 'roles.clock': None
  readonly 'orders.freeze': None
  readonly 'orders.release': None
  readonly 'orders.cancel': None
  readonly 'orders.chase': None
  readonly 'orders.information': None
  readonly 'states.received.assessing': None
  readonly 'states.received.awaitingReview': None
  readonly 'states.received.awaitingInformation': None
  readonly 'states.verified.ordering': None
  readonly 'states.verified.ordered': None
  readonly 'states.verified.awaitingInformation': None
  readonly 'states.frozen.coverage.partial': None
  readonly 'states.frozen.coverage.full': None
  readonly 'states.frozen.mandate.provisional': None
  readonly 'states.frozen.mandate.confirmed': None
  readonly 'states.frozen.recovery.idle': None
  readonly 'states.frozen.recovery.returning': None
  readonly 'states.frozen.recovery.partlyReturned': None
  readonly 'states.recovered': None
  readonly 'states.closed.rejected': None
  readonly 'states.closed.duplicate': None
  readonly 'states.closed.withdrawn': None
  readonly 'states.closed.notFound': None
  readonly 'states.closed.noFunds': None
  readonly 'states.closed.movedOnward': None
  readonly 'states.closed.released': None
  readonly 'states.closed.unrecovered': None
  readonly 'states.closed.expired': None
  readonly 'fields.amount': None
  readonly 'fields.currency': None
  readonly 'fields.value': None
  readonly 'fields.basis': None
  readonly 'fields.expiresAt': None
  readonly 'fields.reference': None
  readonly 'fields.note': None
  readonly 'fields.reason': None
  readonly 'fields.authority': None
  readonly 'fields.date': None
  readonly 'fields.instrument': None
  readonly 'fields.country': None
  readonly 'fields.onward': None
  readonly 'fields.charges': None
  readonly 'fields.converted': None
  readonly 'fields.rate': None
  readonly 'fields.corrects': None
  readonly 'fields.report': None
  readonly 'fields.orderId': None
  readonly 'fields.question': None
  readonly 'fields.findings': None
  readonly 'fields.request': None
  readonly 'fields.code': None
  readonly 'fields.text': None
  readonly 'fields.rail': None
  readonly 'fields.uetr': None
  readonly 'fields.messageId': None
  readonly 'fields.instructionId': None
  readonly 'fields.endToEndId': None
  readonly 'fields.transactionId': None
  readonly 'fields.executedAt': None
  readonly 'fields.settlementDate': None
  readonly 'fields.debtor': None
  readonly 'fields.debtorAgent': None
  readonly 'fields.creditor': None
  readonly 'fields.creditorAgent': None
  readonly 'fields.intermediaries': None
  readonly 'fields.name': None
  readonly 'fields.account': None
  readonly 'fields.iban': None
  readonly 'fields.other': None
  readonly 'fields.bic': None
  readonly 'fields.wallet': None
  readonly 'fields.chain': None
  readonly 'fields.address': None
  readonly 'fields.txHash': None
  readonly 'fields.vasp': None
  readonly 'fields.victim': None
  readonly 'fields.offence': None
  readonly 'fields.contact': None
  readonly 'fields.with': None
  readonly 'fields.unit': None
  readonly 'fields.extent': None
  readonly 'fields.purpose': None
  readonly 'fields.share': None
  readonly 'fields.caseReference': None
  readonly 'fields.requestingCountry': None
  readonly 'fields.beneficiaryCountry': None
  readonly 'fields.reportedAt': None
  readonly 'fields.attestations': None
  readonly 'fields.handling': None
  readonly 'fields.payment': None
  readonly 'fields.requestedAmount': None
  readonly 'fields.recall': None
  readonly 'fields.parent': None
  readonly 'fields.attachments': None
  readonly 'fields.email': None
  readonly 'fields.phone': None
  readonly 'fields.typology': None
  readonly 'fields.authorisation': None
  readonly 'fields.methods': None
  readonly 'fields.legalBasis': None
  readonly 'fields.facts': None
  readonly 'fields.dualCriminality': None
  readonly 'fields.article3': None
  readonly 'fields.confidentiality': None
  readonly 'fields.discloseToHolder': None
  readonly 'fields.deniedTo': None
  readonly 'fields.kind': None
  readonly 'fields.lei': None
  readonly 'fields.initiated': None
  readonly 'fields.at': None
  readonly 'fields.requestId': None
  readonly 'fields.hop': None
  readonly 'fields.mediaType': None
  readonly 'fields.bytes': None
  readonly 'fields.sha256': None
  readonly 'fields.order': None
  readonly 'fields.officers': None
  readonly 'fields.recipient': None
  readonly 'fields.attempts': None
  readonly 'fields.why': None
  readonly 'fields.dueAt': None
  readonly 'fields.standingRequestId': None
  readonly 'fields.to': None
  readonly 'fields.until': None
  readonly 'fields.summary': None
  readonly 'fields.requests': None
  readonly 'fields.fact': None
  readonly 'fields.sequence': None
  readonly 'fields.time': None
  readonly 'regions.coverage': None
  readonly 'regions.mandate': None
  readonly 'regions.recovery': None
  readonly 'alerts.deadline.verify': None
  readonly 'alerts.deadline.verifyHard.requester': None
  readonly 'alerts.deadline.verifyHard.beneficiary': None
  readonly 'alerts.deadline.informationReminder': None
  readonly 'alerts.deadline.informationDecision.requester': None
  readonly 'alerts.deadline.informationDecision.beneficiary': None
  readonly 'alerts.deadline.acknowledge': None
  readonly 'alerts.deadline.acknowledgeEscalation': None
  readonly 'alerts.deadline.interimAnswer': None
  readonly 'alerts.deadline.execute': None
  readonly 'alerts.deadline.executeHard.requester': None
  readonly 'alerts.deadline.executeHard.beneficiary': None
  readonly 'alerts.deadline.holdWarning': None
  readonly 'alerts.deadline.holdExpiry': None
  readonly 'alerts.deadline.confirmedHoldReview': None
  readonly 'alerts.deadline.consentAnswer': None
  readonly 'alerts.deadline.returnPayment.requester': None
  readonly 'alerts.deadline.returnPayment.beneficiary': None
  readonly 'alerts.deadline.retention': None
  readonly 'alerts.unfollowed.DENIED_COUNTRY': None
  readonly 'alerts.unfollowed.SAME_COUNTRY': None
  readonly 'alerts.unfollowed.NOT_A_MEMBER': None
  readonly 'alerts.unfollowed.HOP_LIMIT': None
  readonly 'alerts.unfollowed.HOP_CYCLE': None
  readonly 'alerts.unfollowed.NO_PARTICULARS': None
  readonly 'alerts.lateAnswer': None
  readonly 'alerts.lateAnswer.last': None
  readonly 'alerts.erasureWaits': None
  readonly 'alerts.erasedWhileParked': None
  readonly 'alerts.undelivered.requester': None
  readonly 'alerts.undelivered.beneficiary': None
  readonly 'alerts.movedOnward': { readonly amount: string | number; readonly country: string | number }
  readonly 'alerts.proposed': { readonly command: string | number }
  readonly 'refusals.MALFORMED': None
  readonly 'refusals.QUERY_MALFORMED': None
  readonly 'refusals.NOT_HTTP': None
  readonly 'refusals.TOO_SLOW': None
  readonly 'refusals.HEAD_TOO_LARGE': None
  readonly 'refusals.NOT_JSON': None
  readonly 'refusals.TOO_LARGE': None
  readonly 'refusals.UNSUPPORTED_MEDIA_TYPE': None
  readonly 'refusals.NOT_FOUND': None
  readonly 'refusals.METHOD_NOT_ALLOWED': None
  readonly 'refusals.KEY_MISSING': None
  readonly 'refusals.KEY_IN_FLIGHT': None
  readonly 'refusals.KEY_REUSED': None
  readonly 'refusals.UNAUTHENTICATED': None
  readonly 'refusals.TOKEN_REUSED': None
  readonly 'refusals.TOKEN_TOO_LONG': None
  readonly 'refusals.SIGN_IN_AGAIN': None
  readonly 'refusals.FOREIGN_ORIGIN': None
  readonly 'refusals.NOT_PERMITTED': None
  readonly 'refusals.NOT_YOUR_COUNTRY': None
  readonly 'refusals.REQUEST_UNKNOWN': None
  readonly 'refusals.WRONG_STATE': None
  readonly 'refusals.PERSON_UNPROVED': None
  readonly 'refusals.SAME_PERSON': None
  readonly 'refusals.AMOUNT_EXCEEDED': None
  readonly 'refusals.CURRENCY_MISMATCH': None
  readonly 'refusals.AMOUNT_UNREADABLE': None
  readonly 'refusals.HOLD_TOO_LONG': None
  readonly 'refusals.EXTENSION_NOT_ALLOWED': None
  readonly 'refusals.NOT_FOLLOWED': None
  readonly 'refusals.ALREADY_OPEN': None
  readonly 'refusals.HISTORY_FULL': None
  readonly 'refusals.HELD_FULL': None
  readonly 'refusals.ORDER_UNKNOWN': None
  readonly 'refusals.NOT_REDRIVABLE': None
  readonly 'refusals.POSITION_UNKNOWN': None
  readonly 'refusals.RATE_LIMITED': None
  readonly 'refusals.STORAGE_LOW': None
  readonly 'refusals.CLOSED': None
  readonly 'refusals.UNAVAILABLE': None
  readonly 'refusals.INTERNAL': None
  readonly unusable: None
  readonly engineMessage: None
  readonly 'rules.V02.ask': None
  readonly 'rules.V03.flag': None
  readonly 'rules.V04.review': None
  readonly 'rules.V05.ask': None
  readonly 'rules.V06.ask': None
  readonly 'rules.V07.reject': None
  readonly 'rules.V08.ask': None
  readonly 'rules.V09.flag': None
  readonly 'rules.V10.flag': None
  readonly 'rules.V11.ask': None
  readonly 'rules.V12.duplicate': None
  readonly 'rules.V12.flag': None
  readonly 'rules.V14.reject': None
  readonly 'rules.V16.ask': None
  readonly 'rules.V17.review': None
  readonly 'rules.V24.reject': None
  readonly 'rules.V25.ask': None
  readonly 'rules.V26.reject': None
  readonly 'rules.V26.ask': None
  readonly 'rules.V26.flag': None
  readonly 'request.title': { readonly reference: string | number }
  readonly 'request.who': None
  readonly 'request.money': None
  readonly 'request.history': None
  readonly 'request.factOf': { readonly n: string | number; readonly total: string | number }
  readonly 'request.by': None
  readonly 'request.because': None
  readonly 'request.deadlines': None
  readonly 'request.actions': None
  readonly 'request.unavailableActions': None
  readonly 'request.proposals': None
  readonly 'request.state': None
  readonly 'request.way': None
  readonly 'request.amounts.requested': None
  readonly 'request.amounts.frozen': None
  readonly 'request.amounts.recovered': None
  readonly 'request.amounts.charges': None
  readonly 'request.amounts.movedOnward': None
  readonly 'request.amounts.released': None
  readonly 'request.amounts.rest': None
  readonly 'request.children': None
  readonly 'request.refused': None
  readonly 'request.review': None
  readonly 'request.confirm': None
  readonly 'request.back': None
  readonly 'request.cancel': None
  readonly 'request.pending': None
  readonly 'request.proposed': None
  readonly 'request.second': None
  readonly 'request.signInAgain': None
  readonly 'request.differs': None
  readonly 'request.id': None
  readonly 'request.copy': None
  readonly 'request.copied': None
  readonly 'request.revision': { readonly n: string | number }
  readonly 'request.parent': None
  readonly 'request.unknownRequest': None
  readonly 'request.newFacts': { readonly count: number }
  readonly 'request.narrative': None
  readonly 'request.close': None
  readonly 'request.nextDeadline': None
  readonly 'request.moneyUnusable': None
  readonly 'request.moneyPicture': { readonly parts: string | number }
  readonly 'request.part': None
  readonly 'request.amount': None
  readonly 'request.share': None
  readonly 'request.calendar.left': { readonly count: number }
  readonly 'request.calendar.weekend': { readonly count: number; readonly days: string | number }
  readonly 'request.calendar.holiday': { readonly day: string | number }
  readonly 'request.calendar.dayOff': { readonly day: string | number }
  readonly 'request.calendar.local': { readonly country: string | number; readonly time: string | number }
  readonly 'request.calendar.source': None
  readonly 'request.calendar.sources.timeZoneOfCapital': None
  readonly 'request.calendar.sources.publicHolidays': None
  readonly 'request.calendar.sources.noPublicHolidays': None
  readonly 'request.calendar.sources.profileFile': None
  readonly 'request.calendar.unknown': None
  readonly 'request.chart.here': None
  readonly 'request.chart.there': None
  readonly 'request.chart.travelled': None
  readonly 'request.chart.text': { readonly place: string | number }
  readonly 'request.chart.step': { readonly from: string | number; readonly n: string | number; readonly to: string | number }
  readonly 'request.chart.begun': { readonly state: string | number }
  readonly 'request.order.newest': None
  readonly 'request.order.oldest': None
  readonly 'request.order.label': None
  readonly 'request.changes.before': None
  readonly 'request.changes.after': None
  readonly 'request.changes.state': None
  readonly 'request.changes.deadline': None
  readonly 'request.changes.none': None
  readonly 'request.changes.unset': None
  readonly 'request.causedByFact': { readonly n: string | number }
  readonly 'request.causedByCommand': None
  readonly 'request.data': None
  readonly 'request.findings': None
  readonly 'request.unknownFact': { readonly kind: string | number }
  readonly 'request.firstBy': None
  readonly 'request.hash': None
  readonly 'request.loadingOlder': None
  readonly 'request.chain.checking': None
  readonly 'request.chain.checked': { readonly count: number }
  readonly 'request.chain.broken': { readonly count: number }
  readonly 'request.scrubber.title': None
  readonly 'request.scrubber.label': None
  readonly 'request.scrubber.first': None
  readonly 'request.scrubber.earlier': None
  readonly 'request.scrubber.later': None
  readonly 'request.scrubber.now': None
  readonly 'request.scrubber.then': None
  readonly 'request.scrubber.viewing': { readonly n: string | number; readonly total: string | number }
  readonly 'request.scrubber.difference': None
  readonly 'request.scrubber.same': None
  readonly 'request.act.required': None
  readonly 'request.act.missing': None
  readonly 'request.act.unreadable': None
  readonly 'request.act.notJson': None
  readonly 'request.act.amountHint': None
  readonly 'request.act.choose': None
  readonly 'request.act.needsTwo': None
  readonly 'request.act.isSecond': None
  readonly 'request.act.lost': None
  readonly 'request.act.again': None
  readonly 'request.act.nothing': None
  readonly 'request.act.unknown': None
  readonly 'request.act.ofNow': None
  readonly 'request.act.refused': None
  readonly 'request.act.engineMessage': None
  readonly 'request.act.check': None
  readonly 'request.act.yes': None
  readonly 'request.act.no': None
  readonly 'request.proposal.old': { readonly long: string | number }
  readonly 'request.proposal.seconds': { readonly country: string | number; readonly role: string | number }
  readonly 'request.proposal.none': None
  readonly 'request.childNotKnown': None
  readonly 'request.childWaits': None
  readonly 'request.childDeclined': None
  readonly 'request.childUnfollowed': None
  readonly 'request.noChildren': None
  readonly 'request.noRefused': None
  readonly 'request.late': None
  readonly 'request.consequences.ProposeVerification': None
  readonly 'request.consequences.ApproveVerification': None
  readonly 'request.consequences.AskInformation': None
  readonly 'request.consequences.Reject': None
  readonly 'request.consequences.ProvideInformation': None
  readonly 'request.consequences.AcknowledgeOrder': None
  readonly 'request.consequences.ReportFreeze': { readonly amount: string | number }
  readonly 'request.consequences.ReportNoFunds': None
  readonly 'request.consequences.ReportNotFound': None
  readonly 'request.consequences.ReportMovedOnward': { readonly amount: string | number; readonly country: string | number }
  readonly 'request.consequences.FollowOnward': None
  readonly 'request.consequences.DeclineOnward': None
  readonly 'request.consequences.ReportInterim': None
  readonly 'request.consequences.CorrectAnswer': None
  readonly 'request.consequences.ConfirmFreeze': { readonly amount: string | number }
  readonly 'request.consequences.ExtendFreeze': { readonly amount: string | number }
  readonly 'request.consequences.InitiateReturn': { readonly amount: string | number }
  readonly 'request.consequences.ReportReturn': { readonly amount: string | number }
  readonly 'request.consequences.Withdraw': None
  readonly 'request.consequences.WithdrawHeld': { readonly amount: string | number }
  readonly 'request.consequences.Release': { readonly amount: string | number }
  readonly 'request.consequences.CloseUnrecovered': { readonly amount: string | number }
  readonly 'request.consequences.Reopen': None
  readonly 'request.consequences.ShareRequest': None
  readonly 'request.consequences.WithdrawShare': None
  readonly 'request.consequences.OrderErasure': None
  readonly 'request.consequences.other': None
  readonly 'request.propose': None
  readonly 'request.doneAs': { readonly what: string | number }
  readonly csv: None
  readonly 'inbox.proposalsNone': None
  readonly 'inbox.alertsNone': None
  readonly 'inbox.proposedBy': None
  readonly 'inbox.maySecond': None
  readonly 'inbox.mayNot': None
  readonly 'inbox.open': None
  readonly 'case.title': { readonly reference: string | number }
  readonly 'case.sums': None
  readonly 'case.noSums': None
  readonly 'case.currency': None
  readonly 'case.trail': None
  readonly 'case.trailNote': None
  readonly 'case.onward': None
  readonly 'case.unknown': None
  readonly 'case.childless': None
  readonly 'case.declined': None
  readonly 'case.waiting': None
  readonly 'case.requests': { readonly count: number }
  readonly 'case.print': None
  readonly 'case.bundle': None
  readonly 'case.none': None
  readonly 'case.link': None
  readonly 'case.nth': { readonly n: string | number; readonly of: string | number }
  readonly 'case.followed': { readonly amount: string | number; readonly requests: string | number }
  readonly 'now.name': None
  readonly 'now.window': None
  readonly 'now.windows.1': None
  readonly 'now.windows.7': None
  readonly 'now.windows.30': None
  readonly 'now.windows.365': None
  readonly 'now.from': { readonly date: string | number }
  readonly 'now.currency': None
  readonly 'now.noRequests': None
  readonly 'now.expiring': None
  readonly 'now.nothingExpires': None
  readonly 'now.holdEnds': None
  readonly 'now.opened': None
  readonly 'now.outgoing': None
  readonly 'now.incoming': None
  readonly 'now.ofAll': None
  readonly 'now.requests': None
  readonly 'now.cases': None
  readonly 'now.requested': None
  readonly 'now.frozen': None
  readonly 'now.recovered': None
  readonly 'now.total': None
  readonly 'now.totalNote': None
  readonly 'now.corridors': None
  readonly 'now.typologies': None
  readonly 'now.methods': None
  readonly 'now.methodsNote': None
  readonly 'now.rails': None
  readonly 'now.regions': None
  readonly 'now.institutions': None
  readonly 'now.value.corridors': None
  readonly 'now.value.typologies': None
  readonly 'now.value.methods': None
  readonly 'now.value.rails': None
  readonly 'now.value.regions': None
  readonly 'now.value.institutions': None
  readonly 'now.methodNames.EMAIL': None
  readonly 'now.methodNames.VOICE': None
  readonly 'now.methodNames.DEEPFAKE_AUDIO': None
  readonly 'now.methodNames.DEEPFAKE_VIDEO': None
  readonly 'now.methodNames.SMS': None
  readonly 'now.methodNames.SOCIAL_MEDIA': None
  readonly 'now.methodNames.MALWARE': None
  readonly 'now.methodNames.CRYPTO': None
  readonly 'now.methodNames.INSIDER': None
  readonly 'now.methodNames.UNSTATED': None
  readonly 'now.regionNames.ASEANAPOL': None
  readonly 'now.regionNames.GCC Police': None
  readonly 'now.regionNames.Pacific Islands Chiefs of Police': None
  readonly 'now.regionNames.rest': None
  readonly 'now.hidden': None
  readonly 'now.smallCells': { readonly smallest: string | number }
  readonly 'now.showAll': { readonly count: number }
  readonly 'now.showFewer': None
  readonly 'now.more': { readonly count: number }
  readonly 'now.times': None
  readonly 'now.steps.verified': None
  readonly 'now.steps.frozen': None
  readonly 'now.steps.recovered': None
  readonly 'now.median': None
  readonly 'now.ninetieth': None
  readonly 'now.range': None
  readonly 'now.upTo': { readonly long: string | number }
  readonly 'now.beyond': { readonly long: string | number }
  readonly 'now.noTimes': None
  readonly 'now.ofRequests': { readonly count: number }
  readonly 'now.accounts': None
  readonly 'now.account': None
  readonly 'now.noAccounts': None
  readonly 'now.map': None
  readonly 'now.showMap': None
  readonly 'now.hideMap': None
  readonly 'now.mapNote': None
  readonly 'now.mapFault': None
  readonly 'now.mapOf': { readonly corridors: string | number }
  readonly 'now.rowsNote': None
  readonly 'sharing.title': None
  readonly 'sharing.notShared': None
  readonly 'sharing.withUnit': None
  readonly 'sharing.unitReads': None
  readonly 'sharing.keptFromAddressee': None
  readonly 'sharing.standingOnly': None
  readonly 'sharing.noneYet': None
  readonly 'operations.name': None
  readonly 'operations.role': None
  readonly 'operations.notForYou': None
  readonly 'operations.notForYouWhy': None
  readonly 'operations.asOther': None
  readonly 'operations.asOf': { readonly time: string | number }
  readonly 'operations.lost': { readonly time: string | number }
  readonly 'operations.missing': { readonly services: string | number }
  readonly 'operations.services': None
  readonly 'operations.process': None
  readonly 'operations.state': None
  readonly 'operations.version': None
  readonly 'operations.up': None
  readonly 'operations.diskSpace': None
  readonly 'operations.diskSpaceLeast': { readonly least: string | number }
  readonly 'operations.clock': None
  readonly 'operations.clockRight': None
  readonly 'operations.clockAhead': { readonly long: string | number }
  readonly 'operations.clockBehind': { readonly long: string | number }
  readonly 'operations.unknown': None
  readonly 'operations.states.ready': None
  readonly 'operations.states.notReady': None
  readonly 'operations.states.late': None
  readonly 'operations.silent': { readonly long: string | number }
  readonly 'operations.readers': None
  readonly 'operations.group': None
  readonly 'operations.topic': None
  readonly 'operations.owned': None
  readonly 'operations.ownedOf': { readonly all: string | number; readonly owned: string | number }
  readonly 'operations.lag': None
  readonly 'operations.keepsUp': None
  readonly 'operations.behind': None
  readonly 'operations.unowned': None
  readonly 'operations.since': None
  readonly 'operations.circuits': None
  readonly 'operations.circuitsNote': None
  readonly 'operations.circuitsNone': None
  readonly 'operations.circuitsMore': { readonly n: string | number }
  readonly 'operations.recipient': None
  readonly 'operations.waiting': None
  readonly 'operations.lastFailure': None
  readonly 'operations.none': None
  readonly 'operations.circuitStates.open': None
  readonly 'operations.circuitStates.halfOpen': None
  readonly 'operations.circuitStates.closed': None
  readonly 'operations.triedAgain': None
  readonly 'operations.parked': None
  readonly 'operations.parkedNote': None
  readonly 'operations.parkedNone': None
  readonly 'operations.parkedMore': { readonly n: string | number }
  readonly 'operations.request': None
  readonly 'operations.at': None
  readonly 'operations.reason': None
  readonly 'operations.heldCommands': None
  readonly 'operations.waitsFor': { readonly kind: string | number }
  readonly 'operations.failedAgain': None
  readonly 'operations.retryRequestedBy': None
  readonly 'operations.inspect': None
  readonly 'operations.deadLetters': None
  readonly 'operations.deadLettersNote': None
  readonly 'operations.deadLettersNone': None
  readonly 'operations.deadLetter': { readonly number: string | number }
  readonly 'operations.number': None
  readonly 'operations.from': None
  readonly 'operations.when': None
  readonly 'operations.service': None
  readonly 'operations.topicFilter': None
  readonly 'operations.allTopics': None
  readonly 'operations.older': None
  readonly 'operations.newer': None
  readonly 'operations.sentAgain': None
  readonly 'operations.notSent': None
  readonly 'operations.by': None
  readonly 'operations.record': None
  readonly 'operations.recordNote': None
  readonly 'operations.key': None
  readonly 'operations.position': None
  readonly 'operations.can': None
  readonly 'operations.canNot': None
  readonly 'operations.sender': None
  readonly 'operations.engine': None
  readonly 'operations.problems': None
  readonly 'operations.send': None
  readonly 'operations.sendNow': None
  readonly 'operations.sendWhat': { readonly topic: string | number }
  readonly 'operations.sendOnce': None
  readonly 'operations.sent': None
  readonly 'operations.tryAgain': None
  readonly 'operations.tryNow': None
  readonly 'operations.tryWhat': None
  readonly 'operations.trySafe': None
  readonly 'operations.stillFails': None
  readonly 'operations.ledgerRecords': None
  readonly 'operations.commands': None
  readonly 'operations.trying': None
  readonly 'operations.goesOn': None
  readonly 'operations.staysParked': None
  readonly 'operations.noWord': None
  readonly 'operations.review': None
  readonly 'operations.back': None
  readonly 'operations.signInAgain': None
  readonly 'operations.gone': None
  readonly 'work.title': None
  readonly 'work.lists.me': None
  readonly 'work.lists.unassigned': None
  readonly 'work.lists.second': None
  readonly 'work.lists.look': None
  readonly 'work.lists.snoozed': None
  readonly 'work.none.me': None
  readonly 'work.none.unassigned': None
  readonly 'work.none.look': None
  readonly 'work.none.snoozed': None
  readonly 'work.onlyDesk': None
  readonly 'work.mine': None
  readonly 'work.has': { readonly person: string | number }
  readonly 'work.unassigned': None
  readonly 'work.take': None
  readonly 'work.give': None
  readonly 'work.giveBack': None
  readonly 'work.giveTitle': None
  readonly 'work.toWhom': None
  readonly 'work.toHint': None
  readonly 'work.giveDo': None
  readonly 'work.given': { readonly person: string | number }
  readonly 'work.givenBack': None
  readonly 'work.snooze': None
  readonly 'work.snoozeTitle': None
  readonly 'work.snoozeNote': None
  readonly 'work.until': None
  readonly 'work.span': None
  readonly 'work.spans.hour': None
  readonly 'work.spans.tomorrow': None
  readonly 'work.spans.week': None
  readonly 'work.spans.other': None
  readonly 'work.reason': None
  readonly 'work.snoozeDo': None
  readonly 'work.asleep': None
  readonly 'work.wake': None
  readonly 'work.woken': None
  readonly 'work.notes': None
  readonly 'work.noNotes': None
  readonly 'work.note': None
  readonly 'work.noteHint': None
  readonly 'work.noteDo': None
  readonly 'work.strike': None
  readonly 'work.strikeTitle': None
  readonly 'work.strikeWhy': None
  readonly 'work.strikeDo': None
  readonly 'work.struckBy': None
  readonly 'work.alerts': None
  readonly 'work.acknowledge': None
  readonly 'work.acknowledgeOf': { readonly reference: string | number }
  readonly 'work.acknowledgedBy': None
  readonly 'work.log': None
  readonly 'work.logMore': None
  readonly 'work.kinds.RequestAssigned': None
  readonly 'work.kinds.NoteTaken': None
  readonly 'work.kinds.NoteStruck': None
  readonly 'work.kinds.AlertAcknowledged': None
  readonly 'work.kinds.RequestSnoozed': None
  readonly 'work.kinds.ShiftHandedOver': None
  readonly 'work.kinds.FieldRevealed': None
  readonly 'work.choose': { readonly reference: string | number }
  readonly 'work.chooseAll': None
  readonly 'work.chosen': { readonly count: number }
  readonly 'work.forChosen': None
  readonly 'work.done': { readonly count: number }
  readonly 'work.notDone': { readonly count: number }
  readonly 'work.handOver': None
  readonly 'work.handOverTitle': None
  readonly 'work.handOverWhat': None
  readonly 'work.handOverNothing': None
  readonly 'work.summary': None
  readonly 'work.handOverDo': None
  readonly 'work.handedOver': { readonly count: number }
  readonly 'work.changed': None
  readonly 'work.showChange': None
  readonly 'work.field.email': None
  readonly 'work.field.phone': None
  readonly 'work.field.encrypted': None
  readonly 'work.field.erased': None
  readonly 'work.field.gone': None
  readonly 'work.field.reveal': None
  readonly 'work.field.revealOf': { readonly field: string | number }
  readonly 'work.field.title': { readonly field: string | number }
  readonly 'work.field.note': None
  readonly 'work.field.purpose': None
  readonly 'work.field.do': None
  readonly 'work.field.notNow': None
  readonly 'ordered.title': None
  readonly 'ordered.none': None
  readonly 'ordered.notOwn': None
  readonly 'ordered.behind': None
  readonly 'ordered.some': None
  readonly 'ordered.number': None
  readonly 'ordered.ordered': None
  readonly 'ordered.because': { readonly n: string | number }
  readonly 'ordered.fact': { readonly n: string | number }
  readonly 'ordered.inTopic': None
  readonly 'ordered.planned': None
  readonly 'ordered.underWay': None
  readonly 'ordered.delivered': { readonly recipient: string | number }
  readonly 'ordered.givenUp': { readonly recipient: string | number }
  readonly 'ordered.ways.webhook': None
  readonly 'ordered.ways.file': None
  readonly 'ordered.ways.topic': None
  readonly 'ordered.tries': { readonly count: number }
  readonly 'ordered.undelivered': None
  readonly 'ordered.acknowledged': None
  readonly 'ordered.notAnswered': None
  readonly 'ordered.answersNote': None
  readonly 'ordered.message': None
  readonly 'ordered.messageNote': None
  readonly 'ordered.answerMessage': None
  readonly 'ordered.answerMessageNote': None
  readonly 'ordered.noMessage': None
  readonly 'ordered.save': None
  readonly 'ordered.gone': None
  readonly 'trail.picture': None
  readonly 'trail.legend': None
  readonly 'trail.asked': None
  readonly 'trail.moved': None
  readonly 'trail.origin': None
  readonly 'trail.before': None
  readonly 'report.link': None
  readonly 'report.title': { readonly reference: string | number }
  readonly 'report.caseOf': None
  readonly 'report.madeAt': None
  readonly 'report.madeBy': None
  readonly 'report.making': None
  readonly 'report.checked': { readonly count: number }
  readonly 'report.times': None
  readonly 'report.stale': None
  readonly 'report.again': None
  readonly 'report.toCase': None
  readonly 'report.request': { readonly n: string | number }
  readonly 'report.facts': None
  readonly 'report.notShared': None
  readonly 'report.factCount': None
  readonly 'report.head': None
  readonly 'report.proof': None
  readonly 'report.proofWhy': None
  readonly 'report.proofFile': { readonly name: string | number }
  readonly 'report.proofVerify': None
  readonly 'report.proofHeads': None
  readonly 'views.title': None
  readonly 'views.save': None
  readonly 'views.keep': None
  readonly 'views.name': None
  readonly 'views.nameHint': None
  readonly 'views.searchLeftOut': None
  readonly 'views.rename': None
  readonly 'views.remove': None
  readonly 'views.age': None
  readonly 'views.olderThan': { readonly long: string | number }
  readonly 'palette.open': None
  readonly 'palette.title': None
  readonly 'palette.input': None
  readonly 'palette.pagesTitle': None
  readonly 'palette.recent': None
  readonly 'palette.found': None
  readonly 'palette.none': None
  readonly 'palette.keysTitle': None
  readonly 'palette.keysOn': None
  readonly 'palette.keysOff': None
  readonly 'palette.keys.search': None
  readonly 'palette.keys.next': None
  readonly 'palette.keys.previous': None
  readonly 'palette.keys.open': None
  readonly 'palette.keys.close': None
}

"""The layouts of the stored structs, as Cap'n Proto lays out events/*.capnp; test_layouts.py compares them with what the
compiler says. One struct: name, bytes/pointers, then its fields in the order of their numbers, each with its type and place: a
first bit, or pNUMBER for a pointer, and =TAG for members of a union. A struct with a question mark may be absent, any
other is then one of zeros. Some texts and data have a size of their own: `currency` and `capitals` 3 bytes, `digest` 32, `lookup`
32 or none, `id` 16 or none. A `reason` is the number of a refusal."""

STRUCTS = """
AccessEvent 8/1 union@0 groupFeatureConfigured:GroupFeatureConfigured@p0=0
    accessOrderAbandoned:AccessOrderAbandoned@p0=1 groupProductRegistered:GroupProductRegistered@p0=2
    accessOrderPlaced:AccessOrderPlaced@p0=3 accessOrderCompleted:AccessOrderCompleted@p0=4
    groupCreated:GroupCreated@p0=5 groupLeaderAppointed:GroupLeaderAppointed@p0=6
    groupLeaderDismissed:GroupLeaderDismissed@p0=7 singleAccessGranted:SingleAccessGranted@p0=8
    singleAccessRevoked:SingleAccessRevoked@p0=9 participantEnrolled:ParticipantEnrolled@p0=10
    participantRemoved:ParticipantRemoved@p0=11 enrolmentCorrected:EnrolmentCorrected@p0=12
    groupCapacityIncreased:GroupCapacityIncreased@p0=13 groupClosed:GroupClosed@p0=14
    accessOrderReversed:AccessOrderReversed@p0=15 mailTemplateChanged:MailTemplateChanged@p0=16
    rosterImportStarted:RosterImportStarted@p0=17 rosterRowsRefused:RosterRowsRefused@p0=18
    rosterImportFinished:RosterImportFinished@p0=19
GroupFeatureConfigured 16/1 seatReplacement:SeatReplacement@0 notifyOnEnrol:bool@16 crmProvider:text@p0
    crmState:CrmState@32 rev:u64@64
AccessOrderAbandoned 0/2 order:text@p0 reason:text@p1
GroupProductRegistered 16/3 product:text@p0 unitPrice:i64@0 currency:currency@p1 tag:text@p2 rev:u64@64
AccessOrderPlaced 32/5 order:text@p0 product:text@p1 mode:AccessOrderMode@0 buyer:text@p2 quantity:u32@32 title:text@p3
    includeBuyer:bool@16 unitPrice:i64@64 total:i64@128 currency:currency@p4 priceListRev:u64@192
AccessOrderCompleted 32/5 order:text@p0 product:text@p1 mode:AccessOrderMode@0 buyer:text@p2 paymentRef:text@p3
    quantity:u32@32 unitPrice:i64@64 total:i64@128 currency:currency@p4 priceListRev:u64@192
GroupCreated 8/5 group:text@p0 order:text@p1 product:text@p2 title:text@p3 capacity:u32@0 tag:text@p4
GroupLeaderAppointed 0/2 group:text@p0 person:text@p1
GroupLeaderDismissed 0/2 group:text@p0 person:text@p1
SingleAccessGranted 0/3 order:text@p0 person:text@p1 tag:text@p2
SingleAccessRevoked 0/3 order:text@p0 person:text@p1 tag:text@p2
ParticipantEnrolled 16/3 group:text@p0 person:text@p1 seat:u32@0 via:EnrolledVia@32 origin:SeatOrigin@48
    importId:text@p2 line:u32@64
ParticipantRemoved 8/3 group:text@p0 person:text@p1 seat:u32@0 fate:SeatFate@32 cause:RemovalCause@48 reason:text@p2
EnrolmentCorrected 16/3 group:text@p0 person:text@p1 seat:u32@0 removal:u64@64 reason:text@p2
GroupCapacityIncreased 32/4 group:text@p0 product:text@p1 quantity:u32@0 capacity:u32@32 unitPrice:i64@64 total:i64@128
    currency:currency@p2 priceListRev:u64@192 paymentRef:text@p3
GroupClosed 0/2 group:text@p0 order:text@p1
AccessOrderReversed 32/5 order:text@p0 reason:text@p1 product:text@p2 buyer:text@p3 quantity:u32@0 unitPrice:i64@64
    total:i64@128 currency:currency@p4 priceListRev:u64@192
MailTemplateChanged 8/1 mailTemplate:text@p0 rev:u64@0
RosterImportStarted 8/3 importId:text@p0 group:text@p1 fileHash:text@p2 mode:AccessImportMode@0 rows:u32@32
RosterRowsRefused 0/3 importId:text@p0 group:text@p1 rows:[RefusedRow]@p2
RosterImportFinished 16/2 importId:text@p0 group:text@p1 accepted:u32@0 alreadyMembers:u32@32 refused:u32@64
RefusedRow 16/0 line:u32@0 code:reason@32 otherLine:u32@64
Actor 8/2 role:Role@0 id:text@p0 channel:text@p1
BillingEvent 8/1 union@0 billingRunOpened:BillingRunOpened@p0=0 billingRunClosed:BillingRunClosed@p0=1
    billingRunAbandoned:BillingRunAbandoned@p0=2 periodSealed:PeriodSealed@p0=3
CurrencyTotal 16/1 currency:currency@p0 lines:u64@0 amount:i64@64
BillingRunOpened 56/3 run:text@p0 cutoffEffective:i64@0 cutoffPosition:u64@64 scope:BillingScope@128 lines:u64@192
    courseRuns:u64@256 unpricedBlocks:u64@320 firstPosition:u64@384 totals:[CurrencyTotal]@p1 linesHash:digest@p2
BillingRunClosed 8/4 run:text@p0 lines:u64@0 invoiceRef:text@p1 totals:[CurrencyTotal]@p2 linesHash:digest@p3
BillingRunAbandoned 0/2 run:text@p0 reason:text@p1
PeriodSealed 16/2 until:i64@0 cause:SealCause@64 campus:text@p0 period:text@p1
CommunitiesEvent 8/1 union@0 communityOpened:CommunityOpened@p0=0 communityPoolBooked:CommunityPoolBooked@p0=1
    communitySeatGranted:CommunitySeatGranted@p0=2 communitySeatReleaseScheduled:CommunitySeatReleaseScheduled@p0=3
    communitySeatReleaseCancelled:CommunitySeatReleaseCancelled@p0=4 communitySeatReleased:CommunitySeatReleased@p0=5
    communityGroupCreated:CommunityGroupCreated@p0=6 groupMemberInvited:GroupMemberInvited@p0=7
    existingCommunitySeatUsed:ExistingCommunitySeatUsed@p0=8 groupMembershipEnded:GroupMembershipEnded@p0=9
    groupDeactivated:GroupDeactivated@p0=10
CommunityOpened 0/2 community:text@p0 timeZone:text@p1
PoolSize 8/0 seats:u32@0
CommunityPoolBooked 8/3 community:text@p0 size:PoolSize?@p1 price:i64@0 currency:currency@p2
CommunitySeatGranted 8/3 community:text@p0 seat:u32@0 person:text@p1 group:text@p2
CommunitySeatReleaseScheduled 16/2 community:text@p0 seat:u32@0 person:text@p1 releaseAt:i64@64
CommunitySeatReleaseCancelled 8/3 community:text@p0 seat:u32@0 person:text@p1 group:text@p2
CommunitySeatReleased 8/2 community:text@p0 seat:u32@0 person:text@p1
CommunityGroupCreated 0/2 group:text@p0 community:text@p1
GroupMemberInvited 0/2 group:text@p0 person:text@p1
ExistingCommunitySeatUsed 8/3 group:text@p0 person:text@p1 community:text@p2 seat:u32@0
GroupMembershipEnded 0/2 group:text@p0 person:text@p1
GroupDeactivated 8/1 group:text@p0 members:u32@0
CreditsEvent 8/1 union@0 packageRetired:PackageRetired@p0=0 draftSaved:DraftSaved@p0=1
    creditFeatureConfigured:CreditFeatureConfigured@p0=2 packageDefined:PackageDefined@p0=3
    userRegistered:UserRegistered@p0=4 creditAccountActivated:CreditAccountActivated@p0=5
    startBalanceGranted:StartBalanceGranted@p0=6 creditAccountDeactivated:CreditAccountDeactivated@p0=7
    creditOrderPlaced:CreditOrderPlaced@p0=8 creditOrderStatusChanged:CreditOrderStatusChanged@p0=9
    creditOrderCredited:CreditOrderCredited@p0=10 creditsAdded:CreditsAdded@p0=11 creditsAdjusted:CreditsAdjusted@p0=12
    creditDebited:CreditDebited@p0=13 publicationAccepted:PublicationAccepted@p0=14 creditReserved:CreditReserved@p0=15
    creditReservationReleased:CreditReservationReleased@p0=16 creditOrderReversed:CreditOrderReversed@p0=17
    creditOrderInvoiced:CreditOrderMarked@p0=18 creditOrderPaid:CreditOrderMarked@p0=19
CreditAutoAccount 8/1 userType:text@p0 startBalance:u32@0
CreditFeatureConfigured 16/4 rev:u64@0 feature:CreditFeature@64 orderMode:CreditOrderMode@80
    autoAccounts:[CreditAutoAccount]@p0 paymentNote:text@p1 alertAddress:text@p2
    chargeableContent:[CreditContentType]@p3 republishing:CreditRepublishing@96
PackageDefined 24/3 package:text@p0 rev:u64@0 name:text@p1 points:u32@64 price:i64@128 currency:capitals@p2
PackageRetired 0/1 package:text@p0
UserRegistered 0/2 user:text@p0 userType:text@p1
CreditAccountActivated 0/1 user:text@p0
StartBalanceGranted 8/1 user:text@p0 points:u32@0
CreditAccountDeactivated 0/2 user:text@p0 reason:text@p1
CreditOrderPlaced 24/5 order:text@p0 user:text@p1 package:text@p2 packageRev:u64@0 packageName:text@p3 points:u32@64
    price:i64@128 currency:capitals@p4 mode:CreditOrderMode@96
CreditOrderStatusChanged 8/1 order:text@p0 status:CreditOrderStatus@0
CreditOrderCredited 16/3 order:text@p0 user:text@p1 points:u32@0 price:i64@64 currency:capitals@p2
CreditsAdded 8/2 user:text@p0 points:u32@0 order:text@p1
CreditsAdjusted 24/4 user:text@p0 points:i64@0 cause:CreditAdjustmentCause@64 reason:text@p1
    overdraft:CreditOverdraft@80 order:text@p2 content:text@p3 debit:u64@128
CreditDebited 8/2 user:text@p0 points:u32@0 content:text@p1 source:CreditDebitSource@32
PublicationAccepted 8/2 content:text@p0 contentType:CreditContentType@0 user:text@p1 charge:CreditPublicationCharge@16
DraftSaved 0/2 content:text@p0 user:text@p1
CreditReserved 24/2 content:text@p0 contentType:CreditContentType@0 user:text@p1 points:u32@32 at:i64@64
    expiresAt:i64@128
CreditReservationReleased 8/2 content:text@p0 user:text@p1 points:u32@0 cause:CreditReleaseCause@32
CreditOrderReversed 16/4 order:text@p0 user:text@p1 points:u32@0 price:i64@64 currency:capitals@p2 reason:text@p3
CreditOrderMarked 8/3 order:text@p0 ref:text@p1 price:i64@0 currency:capitals@p2
EffectsEvent 8/1 union@0 tagGrantRequested:TagRequested@p0=0 tagRevokeRequested:TagRequested@p0=1
    notificationRequested:NotificationRequested@p0=2 accountRegistrationRequested:AccountRegistrationRequested@p0=3
    alertRequested:AlertRequested@p0=4 orderMailRequested:OrderMailRequested@p0=5 tagGrantConfirmed:TagAnswered@p0=6
    tagRevokeConfirmed:TagAnswered@p0=7 tagChangeFailed:TagChangeFailed@p0=8 effectConfirmed:EffectAnswered@p0=9
    effectFailed:EffectFailed@p0=10
TagRequested 0/2 person:text@p0 tag:text@p1
NotificationRequested 16/2 kind:NotificationKind@0 person:text@p0 group:text@p1 number:u32@32 templateRev:u64@64
AccountRegistrationRequested 0/1 person:text@p0
AlertRequested 8/2 kind:AlertKind@0 subject:text@p0 address:text@p1
OrderMailRequested 0/3 order:text@p0 user:text@p1 paymentNote:text@p2
TagAnswered 8/2 person:text@p0 tag:text@p1 request:u64@0
TagChangeFailed 16/3 person:text@p0 tag:text@p1 change:TagChange@0 request:u64@64 error:text@p2
EffectAnswered 8/1 request:u64@0 subject:text@p0
EffectFailed 8/2 request:u64@0 subject:text@p0 error:text@p1
RecordedEvent 40/8 union@256 position:u64@0 version:u64@64 recordedAt:i64@128 effectiveAt:i64@192 tenant:text@p0
    stream:text@p1 actor:Actor@p2 commandId:id@p3 payloadDigest:id@p4 history:HistoryStamp?@p5 correlation:text@p6
    tenancy:TenancyEvent@p7=0 seats:SeatsEvent@p7=1 people:PeopleEvent@p7=2 effects:EffectsEvent@p7=3
    access:AccessEvent@p7=4 communities:CommunitiesEvent@p7=5 credits:CreditsEvent@p7=6 billing:BillingEvent@p7=7
HistoryStamp 16/0 source:u64@0 line:u64@64
PeopleEvent 8/1 union@0 personRegistered:PersonRegistered@p0=0 existingPersonLinked:ExistingPersonLinked@p0=1
    personEmailChanged:PersonEmailChanged@p0=2 personErased:PersonErased@p0=3
PersonRegistered 0/3 person:text@p0 lookup:lookup@p1 sealed:data@p2
ExistingPersonLinked 0/1 person:text@p0
PersonEmailChanged 0/3 person:text@p0 lookup:lookup@p1 sealed:data@p2
PersonErased 8/2 person:text@p0 number:u64@0 reason:text@p1
SeatsEvent 8/1 union@0 campusOpened:CampusOpened@p0=0 flatBooked:FlatBooked@p0=1 flatResized:FlatResized@p0=2
    bookingPeriodActivated:BookingPeriodActivated@p0=3 bookingPeriodPending:BookingPeriodPending@p0=4
    seatTypeOptionChanged:SeatTypeOptionChanged@p0=5 campusSeatGranted:CampusSeatGranted@p0=6
    campusSeatCarriedOver:CampusSeatCarriedOver@p0=7 campusSeatReleased:CampusSeatReleased@p0=8
    campusSeatReattributed:CampusSeatReattributed@p0=9 homeCampusSet:HomeCampusSet@p0=10
    courseCreated:CourseCreated@p0=11 courseSeatTypesChanged:CourseSeatTypesChanged@p0=12
    courseRescheduled:CourseRescheduled@p0=13 courseSeatLimitsSet:CourseSeatLimitsSet@p0=14
    courseMemberInvited:CourseMemberInvited@p0=15 existingCampusSeatUsed:ExistingCampusSeatUsed@p0=16
    courseSeatReserved:CourseSeatReserved@p0=17 courseSeatStarted:CourseSeatStarted@p0=18
    courseSeatBlockStarted:CourseSeatBlockStarted@p0=19 courseSeatEnded:CourseSeatEnded@p0=20
    courseSeatCancelledBeforeStart:CourseSeatCancelledBeforeStart@p0=21
    courseMembershipEnded:CourseMembershipEnded@p0=22 membershipUnseated:MembershipUnseated@p0=23
    courseRunStarted:CourseRunStarted@p0=24 courseRunEnded:CourseRunEnded@p0=25
    courseDeactivated:CourseDeactivated@p0=26 courseSettlementOpened:CourseSettlementOpened@p0=27
    courseSettled:CourseSettled@p0=28 courseReactivated:CourseReactivated@p0=29
    courseMembershipResumed:CourseMembershipResumed@p0=30 courseRoleChanged:CourseRoleChanged@p0=31
    contributionRecorded:ContributionRecorded@p0=32 seatGrantReversed:SeatGrantReversed@p0=33
    courseSeatBlockVoided:CourseSeatBlockVoided@p0=34 courseSeatBlockPriced:CourseSeatBlockPriced@p0=35
CampusOpened 8/2 campus:text@p0 kind:CampusKind@0 timeZone:text@p1
PriceTier 16/0 fromSize:u32@0 unitPrice:i64@64
FlatBooked 32/4 campus:text@p0 period:text@p1 size:u32@0 from:i64@64 to:i64@128 currency:currency@p2 tiers:[PriceTier]@p3
    rounding:Rounding@32 price:i64@192
FlatResized 16/2 campus:text@p0 period:text@p1 size:u32@0 from:i64@64
BookingPeriodActivated 16/2 campus:text@p0 period:text@p1 contingent:u32@0 carriedOver:u32@32 released:u32@64
BookingPeriodPending 8/2 campus:text@p0 period:text@p1 contingent:u32@0 needed:u32@32
SeatTypeOptionChanged 8/1 campus:text@p0 option:SeatTypeOption@0
CampusSeatGranted 8/4 campus:text@p0 seat:u32@0 person:text@p1 grantingCourse:text@p2 period:text@p3
CampusSeatCarriedOver 8/4 campus:text@p0 seat:u32@0 person:text@p1 grantingCourse:text@p2 period:text@p3
CampusSeatReleased 8/3 campus:text@p0 seat:u32@0 person:text@p1 grantingCourse:text@p2 cause:ReleaseCause@32
CampusSeatReattributed 8/4 campus:text@p0 seat:u32@0 person:text@p1 fromCourse:text@p2 toCourse:text@p3
HomeCampusSet 0/2 person:text@p0 campus:text@p1
CourseCreated 24/2 course:text@p0 campus:text@p1 start:i64@0 end:i64@64 seatTypes:CourseSeatTypes@128
CourseSeatTypesChanged 8/1 course:text@p0 seatTypes:CourseSeatTypes@0
CourseRescheduled 16/1 course:text@p0 start:i64@0 end:i64@64
SeatLimit 8/0 seats:u32@0
CourseSeatLimitsSet 0/3 course:text@p0 campusSeats:SeatLimit?@p1 courseSeats:SeatLimit?@p2
CourseMemberInvited 8/2 course:text@p0 person:text@p1 role:MemberRole@0 seatType:SeatType@16
ExistingCampusSeatUsed 8/3 course:text@p0 person:text@p1 homeCampus:text@p2 seat:u32@0
CourseSeatReserved 16/2 course:text@p0 seat:u32@0 person:text@p1 startsAt:i64@64
CourseSeatStarted 16/2 course:text@p0 seat:u32@0 person:text@p1 startedAt:i64@64
BlockPrice 24/2 period:text@p0 flatSize:u32@0 tierFrom:u32@32 unitPrice:i64@64 currency:currency@p1 rounding:Rounding@128
CourseSeatBlockStarted 24/3 course:text@p0 seat:u32@0 person:text@p1 block:u32@32 startsAt:i64@64 nextBlockAt:i64@128
    price:BlockPrice?@p2
CourseSeatEnded 32/3 course:text@p0 seat:u32@0 person:text@p1 endedAt:i64@64 blocks:u32@32 billedBlocks:u32@128
    unpricedBlocks:u32@160 amount:i64@192 currency:currency@p2
CourseSeatCancelledBeforeStart 8/2 course:text@p0 seat:u32@0 person:text@p1
CourseMembershipEnded 0/2 course:text@p0 person:text@p1
MembershipUnseated 0/3 course:text@p0 person:text@p1 homeCampus:text@p2
CourseRunStarted 16/1 course:text@p0 run:u32@0 startedAt:i64@64
CourseRunEnded 16/1 course:text@p0 run:u32@0 endedAt:i64@64 cause:RunEndCause@32
CourseDeactivated 8/1 course:text@p0 run:u32@0
CourseSettlementOpened 40/2 course:text@p0 run:u32@0 seats:u32@32 blocks:u64@64 billedBlocks:u64@128
    unpricedBlocks:u64@192 amount:i64@256 currency:currency@p1
CourseSettled 24/4 course:text@p0 run:u32@0 invoiceRef:text@p1 seats:u32@32 billedBlocks:u64@64 amount:i64@128
    currency:currency@p2 linesHash:digest@p3
CourseReactivated 24/1 course:text@p0 run:u32@0 start:i64@64 end:i64@128
CourseMembershipResumed 8/2 course:text@p0 person:text@p1 seatType:SeatType@0
CourseRoleChanged 8/2 course:text@p0 person:text@p1 before:MemberRole@0 role:MemberRole@16
ContributionRecorded 8/3 course:text@p0 run:u32@0 person:text@p1 artefact:text@p2
SeatGrantReversed 16/4 of:u64@0 seatType:SeatType@64 campus:text@p0 course:text@p1 seat:u32@96 person:text@p2
    reason:text@p3
CourseSeatBlockVoided 48/3 of:u64@0 course:text@p0 run:u32@64 seat:u32@96 person:text@p1 block:u32@128 startsAt:i64@192
    amount:i64@256 currency:currency@p2 billedBlocks:u32@160 unpricedBlocks:u32@320 standing:BillStanding@352
CourseSeatBlockPriced 48/4 of:u64@0 course:text@p0 run:u32@64 seat:u32@96 person:text@p1 block:u32@128 startsAt:i64@192
    price:BlockPrice@p2 amount:i64@256 billedBlocks:u32@160 standing:BillStanding@320 reason:text@p3
TenancyEvent 8/1 union@0 tenantCreated:TenantCreated@p0=0 historyFinished:HistoryFinished@p0=1
    tenantPlanChanged:TenantPlanChanged@p0=2
TenantCreated 8/0 timeline:Timeline@0
HistoryFinished 0/0
TenantPlanChanged 8/0 suite:Suite@0 credits:CreditsOption@16
"""
ENUMS = """
SeatReplacement allowed forbidden
CrmState none connected broken
AccessOrderMode group single
EnrolledVia purchase manual csv
SeatOrigin fresh ownBurnt
SeatFate freed burnt
RemovalCause byHand orderReversed
AccessImportMode allOrNothing fill
Role unknown backend scheduler support contractDesk campusManager courseManager member billing operator admin
    platformAuthor buyer groupLeader creditManager author
BillingScope all access seats credits
SealCause byHand contractPeriodOver
CreditFeature off on
CreditOrderMode manual automatic
CreditContentType article snapshot event
CreditRepublishing free charged
CreditOrderStatus placed credited cancelled
CreditAdjustmentCause manual orderReversed publicationRefunded
CreditOverdraft none forced
CreditPublicationCharge charged uncharged
CreditDebitSource balance reservation
CreditReleaseCause cancelled expired uncharged
NotificationKind enrolled reinvited
AlertKind creditOrder bookingPeriodPending priceTierMissing
TagChange grant revoke
CampusKind flat package
Rounding started full
SeatTypeOption campusSeatsOnly bothSeatTypes
CourseSeatTypes campusOnly campusAndCourse
SeatType campus course
MemberRole participant lecturer tutor courseManager
ReleaseCause rollover uninvited courseCompleted corrected
RunEndCause endReached endedEarly
BillStanding open settled
Timeline live history
Suite basic expertSuite expertSuitePlus enterprise
CreditsOption excluded included
"""

ENUM_SIZES = {words[0]: len(words) - 1 for words in map(str.split, ENUMS.replace("\n    ", " ").strip().splitlines())}
ENUM_NAMES = {words[0]: words[1:] for words in map(str.split, ENUMS.replace("\n    ", " ").strip().splitlines())}

# Numbers of refusals (events/reasons.h).
REASONS = frozenset(number for first, last in ((1001, 1018), (2001, 2017), (3001, 3024), (4001, 4012), (5001, 5004),
    (6001, 6011), (7001, 7002), (7006, 7006), (7101, 7101), (7107, 7107), (8001, 8017), (8101, 8105), (9001, 9003), (9006,
    9010), (9203, 9203)) for number in range(first, last + 1))


class Field:
    """Where a field lies. `bit` for what lies in the data, `pointer` for what does not; `tag` for members of a union."""
    __slots__ = ("name", "type", "nullable", "bit", "pointer", "tag")

    def __init__(self, text):
        name, rest = text.split(":", 1)
        type_, place = rest.rsplit("@", 1)
        place, _, tag = place.partition("=")
        self.name = name
        self.nullable = type_.endswith("?")
        self.type = type_.rstrip("?")
        self.bit = None if place.startswith("p") else int(place)
        self.pointer = int(place[1:]) if place.startswith("p") else None
        self.tag = int(tag) if tag else None


class Struct:
    __slots__ = ("name", "bytes", "pointers", "union_bit", "fields")

    def __init__(self, text):
        words = text.split()
        self.name = words[0]
        self.bytes, self.pointers = map(int, words[1].split("/"))
        self.union_bit = None
        rest = words[2:]
        if rest and rest[0].startswith("union@"):
            self.union_bit = int(rest[0][6:])
            rest = rest[1:]
        self.fields = [Field(word) for word in rest]


LAYOUTS = {struct.name: struct for struct in map(Struct, STRUCTS.replace("\n    ", " ").strip().splitlines())}

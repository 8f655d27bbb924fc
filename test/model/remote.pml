/*
 * Claims that several clones share through a remote, as a model, for spin. Two clones with a session each, one order.
 *
 * remote  a chain of records, moved by compare-and-swap: a push names the record that it is built on. A version counts records
 * clone   `replica` is its claim ref, `seen` what the last fetch showed, `unsent` a record on top of the replica that the remote
 *         has not confirmed: claimed offline, or nobody knows. All three are refs, and survive the command that wrote them
 * push    its request or its reply may be lost, at any time; one whose sender gave up or was killed may land later (`late`)
 * fetch   its reply may be lost, and be old when it comes. Each command fetches, and the helper with each beat
 * beat    a ref of the clone, not of the claim; it vouches for what the clone's replica holds
 * time    ticks; one tick is one beat. A clone need not act in a tick: it may be cut off, suspended or slow
 *
 * The rules, and what is wrong without each of them, with the assertion that says so:
 * 1  Each attempt has a nonce.                                                       NO_NONCE   isHeldTwice
 * 2  A branch is published with a new record on its claim, in one atomic push.       VERIFY     isPublishedByAnother
 * 3  A holder counts as confirmed since the start of the exchange that showed its
 *    own record, unchallenged, and not for longer than the grace.                    SELF=3     isHeldTwice
 * 4  If a challenge stands on a record that was found by its nonce, the answer
 *    comes first.                                                                    IGNORE     isHeldTwice
 * 5  Who gives an order up marks that as unsent before the push.                     UNMARKED   isHeldTwice
 * 6  A challenge stands for two beats at least.                                      GRACE=1    isRobbed
 * 7  A push is lost when another record stands where it belonged, not before.        RASH       isToldWrong
 * 8  A fetch writes what it saw beside the claim refs.                               STRAIGHT   isForgotten
 * 9  An older record than the replica's is believed when a second fetch shows it.    HASTY      isFalseAlarm
 */
#ifndef VERSIONS
#define VERSIONS 5        /* records that are looked at */
#endif
#ifndef STALE
#define STALE 1           /* ticks of silence, after which a claim is challenged */
#endif
#ifndef EXPIRE
#define EXPIRE 3          /* ticks of silence, after which it may be taken */
#endif
#ifndef GRACE
#define GRACE 2           /* ticks for which a challenge must stand */
#endif
#ifndef SELF
#define SELF 2            /* ticks for which a holder counts as confirmed */
#endif
#define AGED 3            /* a reply that took so long says nothing about now */

#define NOTHING 0
#define CLAIM 1
#define BUMP 2            /* moves the order's branch, too */
#define RELEASE 3
#define CHALLENGE 4
#define ANSWER 5
#define TAKE 6

/* the remote */
byte tip = 0;
byte kind[VERSIONS + 2], holder[VERSIONS + 2];

/* each clone */
bool isAlive[2] = true;
byte replica[2], seen[2], unsent[2];

byte wire[2], base[2], waited[2];          /* the push under way: its record, what it is built on, how long it has taken */
byte verdict[2];                           /* what the remote did with it */
#define SENT 0
#define ACCEPTED 1
#define REFUSED 2
#define SHOWN 3
byte late[2];                              /* a push whose sender is gone, built on the tip: on any other record it cannot land */

byte got[2], fetched[2];                   /* the fetch under way: the record it read, plus one; how long it has taken */
bool hasBeat[2], gotBeat[2];               /* the other clone beat since this one last looked; the fetch under way says so */

byte since[2] = SELF;                      /* ticks since the start of the last exchange that confirmed it as the holder */
byte silence[2], standing[2];              /* what this clone has seen of the other's claim, by its own clock */
bool may[2];                               /* the last fetch says that it may be challenged or taken */

/* for the assertions alone */
bool hadContact[2], hasContact[2];         /* in the last tick, in this one: the holder asked, and was confirmed or answered */
bool wasToldNo[2];
bool isHeldTwice, isRobbed, isPublishedByAnother, isToldWrong, isForgotten, isFalseAlarm;

#define IS_FREE(v) (kind[v] == NOTHING || kind[v] == RELEASE)
#define HOLDS(v, i) (!IS_FREE(v) && holder[v] == i)
#define IS_CHALLENGED(i) (kind[replica[i]] == CHALLENGE)
#define CONFIRMED(i) (since[i] < SELF)
#define IS_SETTLED(i) (unsent[i] == NOTHING)
#define AUTHOR(v) (kind[v] == CHALLENGE -> 1 - holder[v] : holder[v])
#ifdef NO_NONCE
#define IS_OURS(v, what, i) (kind[v] == what)
#else
#define IS_OURS(v, what, i) (kind[v] == what && AUTHOR(v) == i)
#endif
#ifdef OVERLAP                             /* in one clone, the helper fetches while a command pushes */
#define IS_QUIET(x, i) (x == NOTHING || i == 0)
#else
#define IS_QUIET(x, i) (x == NOTHING)
#endif
#define CAN_PUSH(i) (isAlive[i] && wire[i] == NOTHING && IS_QUIET(got[i], i) && seen[i] == replica[i] && replica[i] < VERSIONS)

/* Never two holders: whoever counts as confirmed is the holder. */
inline check() {
  isHeldTwice = (CONFIRMED(0) && !HOLDS(tip, 0)) || (CONFIRMED(1) && !HOLDS(tip, 1));
  assert(!isHeldTwice)
}

inline confirm(i, age) {
  if :: (age < since[i]) -> since[i] = age :: else fi;
  if :: (age == 0) -> hasContact[i] = true :: else fi;
  check()
}

/* What nobody looks at any more is the same in every state. */
inline tidy() {
  v = 0;
  do
  :: (v < tip && (!isAlive[0] || v < replica[0]) && (!isAlive[1] || v < replica[1])) -> kind[v] = NOTHING; holder[v] = 0; v++
  :: else -> break
  od;
  v = 0
}

/* The remote's part of a push. Git does not look at the expected value where the ref already is what is pushed. */
inline land(i, what, on, result) {
  if
  :: (tip == on) ->
     if
     :: (what == TAKE) -> isRobbed = isAlive[holder[tip]] && hadContact[holder[tip]]; assert(!isRobbed)
     :: (what == BUMP) -> isPublishedByAnother = !HOLDS(tip, i); assert(!isPublishedByAnother)
     :: else
     fi;
     isToldWrong = wasToldNo[i] && (what == CLAIM || what == TAKE);
     assert(!isToldWrong);
     tip++;
     kind[tip] = what;
     holder[tip] = (what == CHALLENGE -> holder[tip - 1] : i);
     late[0] = NOTHING; late[1] = NOTHING;
     result = ACCEPTED;
     check()
  :: (tip == on + 1 && IS_OURS(tip, what, i)) -> result = ACCEPTED
  :: else -> result = REFUSED
  fi
}

/* The local ref follows the remote's, as a fast-forward. */
inline follow(i, to) {
  replica[i] = to; may[i] = false;
  if :: (!HOLDS(to, i)) -> since[i] = SELF; hasContact[i] = false; hadContact[i] = false :: else fi
}

/* What a fetch showed of the other clone's claim. A challenge does not end a silence. */
inline observe(i, hasMoved) {
  may[i] = false;
  if
  :: (!HOLDS(replica[i], 1 - i)) -> silence[i] = 0; standing[i] = 0
  :: (HOLDS(replica[i], 1 - i) && (gotBeat[i] || (hasMoved && !IS_CHALLENGED(i)))) -> silence[i] = 0; standing[i] = 0
  :: (HOLDS(replica[i], 1 - i) && !gotBeat[i] && hasMoved && IS_CHALLENGED(i)) -> standing[i] = 0
  :: else ->
     /* from the end of the read that showed it first to the start of this one */
     may[i] = (!IS_CHALLENGED(i) && silence[i] >= STALE + fetched[i]) ||
              (IS_CHALLENGED(i) && standing[i] >= GRACE + fetched[i] && silence[i] >= EXPIRE + fetched[i])
  fi
}

/* The reply of a fetch: the seen ref moves, and the local one by what follows from the two. */
inline integrate(i) {
  v = got[i] - 1;
  seen[i] = v;
  if
  :: (v < replica[i]) ->
     /* perhaps the fetch is older than our own push (rule 9) */
#ifdef HASTY
     isFalseAlarm = true; assert(!isFalseAlarm)
#endif
#ifdef STRAIGHT
     isForgotten = true; assert(!isForgotten)
#endif
  :: (v == replica[i] && !IS_SETTLED(i)) ->
     /* unconfirmed: the same record may be pushed again, and the first push may still land (rule 7) */
#ifdef RASH
     wasToldNo[i] = (unsent[i] != RELEASE && wire[i] == NOTHING);
     if :: (wire[i] == NOTHING) -> unsent[i] = NOTHING :: else fi
#endif
  :: (v == replica[i] && IS_SETTLED(i)) ->
     observe(i, false);
     if :: (HOLDS(v, i) && kind[v] != CHALLENGE) -> confirm(i, fetched[i]) :: else fi
  :: (v > replica[i]) ->
     /* our record is in the chain, or the clones have diverged, and the remote's record counts */
     isOurs = IS_OURS(replica[i] + 1, unsent[i], i);
     if :: (!IS_SETTLED(i) && !isOurs) -> wasToldNo[i] = (unsent[i] != RELEASE) :: else fi;
     follow(i, v);
     observe(i, true);
     if
     :: (HOLDS(v, i) && kind[v] != CHALLENGE) -> confirm(i, fetched[i])
     :: else
#ifdef IGNORE
        if :: (HOLDS(v, i) && !IS_SETTLED(i) && isOurs) -> confirm(i, fetched[i]) :: else fi
#endif
     fi;
     unsent[i] = NOTHING; isOurs = false
  fi;
  got[i] = 0; gotBeat[i] = false; fetched[i] = 0; v = 0;
  tidy()
}

inline send(i, what) {
  wire[i] = what; base[i] = replica[i]; waited[i] = 0; verdict[i] = SENT;
  may[i] = false; wasToldNo[i] = false
}

inline hangUp(i) { wire[i] = NOTHING; base[i] = 0; waited[i] = 0; verdict[i] = SENT }

/* What the sender of a push marks as unsent if it never hears of it. A command that was killed marks nothing. */
#define IS_WORTH_A_MARK(i) ((wire[i] == CLAIM || wire[i] == TAKE || wire[i] == RELEASE) && replica[i] == base[i])

proctype Clone(byte i) {
  byte v = 0;
  bool isOurs = false;
end: do
  /* claim; release; answer; publish, which a holder that is not confirmed may not; push again what nobody knows of */
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && IS_FREE(replica[i])) -> send(i, CLAIM) }
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && HOLDS(replica[i], i)) -> send(i, RELEASE);
       since[i] = SELF; hasContact[i] = false; hadContact[i] = false;
#ifndef UNMARKED
       unsent[i] = RELEASE
#endif
     }
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && HOLDS(replica[i], i) && IS_CHALLENGED(i)) -> send(i, ANSWER) }
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && HOLDS(replica[i], i) && !IS_CHALLENGED(i) && CONFIRMED(i)) -> send(i, BUMP) }
  :: d_step { (CAN_PUSH(i) && !IS_SETTLED(i)) -> send(i, unsent[i]) }

  /* challenge, take */
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && may[i] && !IS_CHALLENGED(i)) -> send(i, CHALLENGE) }
  :: d_step { (CAN_PUSH(i) && IS_SETTLED(i) && may[i] && IS_CHALLENGED(i)) -> send(i, TAKE) }

  /* claim --offline */
  :: d_step { (isAlive[i] && wire[i] == NOTHING && IS_SETTLED(i) && IS_FREE(replica[i]) && replica[i] < VERSIONS) ->
       unsent[i] = CLAIM; wasToldNo[i] = false }

  /* the request arrives */
  :: d_step { (wire[i] != NOTHING && verdict[i] == SENT) ->
#ifdef VERIFY
       if
       :: (wire[i] == BUMP) -> verdict[i] = (tip == base[i] -> SHOWN : REFUSED)
       :: else -> land(i, wire[i], base[i], verdict[i])
       fi;
#else
       land(i, wire[i], base[i], verdict[i]);
#endif
       tidy() }
#ifdef VERIFY
  :: d_step { (verdict[i] == SHOWN) -> isPublishedByAnother = !HOLDS(tip, i); assert(!isPublishedByAnother); hangUp(i) }
#endif

  /* the reply arrives: both local refs move in one transaction, if the helper has not moved them meanwhile */
  :: d_step { (wire[i] != NOTHING && verdict[i] == ACCEPTED) ->
       if
       :: (replica[i] == base[i]) ->
          if :: (seen[i] == base[i]) -> seen[i] = base[i] + 1 :: else fi;
          replica[i] = base[i] + 1; unsent[i] = NOTHING; may[i] = false; standing[i] = 0;
          if
          :: (wire[i] == RELEASE || wire[i] == CHALLENGE)
          :: else -> silence[i] = 0; confirm(i, waited[i])
          fi
       :: else
       fi;
       hangUp(i);
       tidy() }
  :: d_step { (wire[i] != NOTHING && verdict[i] == REFUSED) -> hangUp(i) }

  /* no reply: the request was lost, or the reply; or the request lands later */
  :: d_step { (wire[i] != NOTHING && verdict[i] != SHOWN && IS_WORTH_A_MARK(i)) -> unsent[i] = wire[i]; hangUp(i) }
  :: d_step { (wire[i] != NOTHING && verdict[i] != SHOWN) -> hangUp(i) }
  :: d_step { (wire[i] != NOTHING && verdict[i] == SENT && base[i] == tip && late[i] == NOTHING && IS_WORTH_A_MARK(i)) ->
       late[i] = wire[i]; unsent[i] = wire[i]; hangUp(i) }
  :: d_step { (wire[i] != NOTHING && verdict[i] == SENT && base[i] == tip && late[i] == NOTHING) -> late[i] = wire[i]; hangUp(i) }
  :: d_step { (late[i] != NOTHING) -> land(i, late[i], tip, v); v = 0; tidy() }
  :: d_step { (late[i] != NOTHING) -> late[i] = NOTHING }

  /* the helper's beat and fetch; a fetch of any command */
  :: d_step { (isAlive[i] && got[i] == 0 && IS_QUIET(wire[i], i)) ->
       if :: (IS_SETTLED(i) && HOLDS(replica[i], i) && HOLDS(replica[1 - i], i)) -> hasBeat[1 - i] = true :: else fi;
       got[i] = tip + 1; fetched[i] = 0; gotBeat[i] = hasBeat[i]; hasBeat[i] = false }
  :: d_step { (got[i] > 0) -> integrate(i) }
  :: d_step { (got[i] > 0) -> hasBeat[i] = hasBeat[i] || gotBeat[i]; gotBeat[i] = false; got[i] = 0; fetched[i] = 0 }

  /* the session and its clone are gone for good */
  :: d_step { (isAlive[0] && isAlive[1]) ->
       if :: (wire[i] != NOTHING && verdict[i] == SENT && base[i] == tip && late[i] == NOTHING) -> late[i] = wire[i] :: else fi;
       hangUp(i);
       isAlive[i] = false; since[i] = SELF; replica[i] = 0; seen[i] = 0; unsent[i] = NOTHING; got[i] = 0; fetched[i] = 0;
       gotBeat[i] = false; hasBeat[i] = false; silence[i] = 0; standing[i] = 0; may[i] = false;
       hasContact[i] = false; hadContact[i] = false; wasToldNo[i] = false;
       tidy() }
  od
}

proctype Clock() {
  byte j;
endClock: do
  :: d_step {
       for (j : 0 .. 1) {
         if :: (since[j] < SELF) -> since[j]++ :: else fi;
         if :: (wire[j] != NOTHING && waited[j] < AGED) -> waited[j]++ :: else fi;
         if :: (got[j] > 0 && fetched[j] < AGED) -> fetched[j]++ :: else fi;
         if :: (isAlive[j] && HOLDS(replica[j], 1 - j) && silence[j] < EXPIRE) -> silence[j]++ :: else fi;
         if :: (isAlive[j] && HOLDS(replica[j], 1 - j) && IS_CHALLENGED(j) && standing[j] < GRACE) -> standing[j]++ :: else fi;
         hadContact[j] = hasContact[j]; hasContact[j] = false
       }
       j = 0 }
  od
}

init { atomic { run Clone(0); run Clone(1); run Clock() } }

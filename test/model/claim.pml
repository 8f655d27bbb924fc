/*
 * The takeover protocol of docs/protocol.md as a model, for spin. Two sessions, one order.
 *
 * ref     a compare-and-swap register; VERSION stands for the record's oid, new with each write
 * cache   a heartbeat counter and what each observer has seen; it may be DELETED at any moment
 * holder  may crash, be stopped and go on again; its helper acts at least once a tick while it runs
 * time    ticks; one tick is one helper period
 *
 * CHALLENGE  a silent claim is challenged, and taken only when that very record stood unanswered
 * REOPEN     the helper opens the cache anew for each beat; else it goes on writing into a deleted file
 * FENCE      a guarded write is one transaction with the check of the claim
 * RETURN     a person comes back: the other terminal has closed, and the claim is taken over without a challenge
 * GUESS      the same, but a terminal that merely does not act counts as closed
 */
#define SESSIONS 2
#ifndef EXPIRE
#define EXPIRE 2          /* ticks of silence */
#endif
#ifndef GRACE
#define GRACE 2           /* ticks a challenge must stand */
#endif
#ifndef VERSIONS
#define VERSIONS 5        /* writes of the ref that are looked at */
#endif
#define GENERATIONS 3
#define DELETIONS 1
#define STOPS 1

#define FREE 0
#define ACTIVE 1
#define CHALLENGED 2
#define NOBODY 9

byte version = 0, generation = 0, state = FREE, holder = NOBODY;
byte lastGeneration = 0;

byte beats = 0;
bool isOrphaned = false;          /* the helper's open file is no longer the cache */
byte deletions = 0, stops = 0;

bool isAlive[SESSIONS] = true;
bool isStopped[SESSIONS] = false;
bool hasActed[SESSIONS] = false;  /* this tick */
byte responsive[SESSIONS] = 0;    /* ticks since it last could not act */

bool owns[SESSIONS] = false;      /* what the session believes */
byte ownGeneration[SESSIONS];

bool hasSeen[SESSIONS] = false;   /* an observer's row in the cache */
byte seenVersion[SESSIONS], seenBeats[SESSIONS];
byte silence[SESSIONS], standing[SESSIONS];

#define CAN(i) (isAlive[i] && !isStopped[i])
#define IS_HOLDER(i) (holder == i && generation == ownGeneration[i] && state != FREE)
#define IS_SILENT(i) (hasSeen[i] && seenVersion[i] == version && seenBeats[i] == beats && silence[i] >= EXPIRE)

inline own(i) {
  generation++; assert(generation > lastGeneration); lastGeneration = generation;
  holder = i; state = ACTIVE; version++;
  owns[i] = true; ownGeneration[i] = generation;
  beats = 0; hasSeen[i] = false; hasActed[i] = true
}

inline take(i, expected, loser) {
  if
  :: atomic { (CAN(i) && version == expected) ->
       /* the promise: whoever ran without a break for EXPIRE ticks is never robbed */
       assert(!(isAlive[loser] && !isStopped[loser] && responsive[loser] >= EXPIRE));
       own(i) }
  :: atomic { (version != expected) -> skip }
  :: (!isAlive[i]) -> break
  fi
}

proctype Session(byte i) {
  byte expected, loser, checked;
end: do
  :: (!isAlive[i]) -> break

  /* claim */
  :: atomic { (CAN(i) && !owns[i] && state == FREE && version < VERSIONS && generation < GENERATIONS) -> expected = version }
     if
     :: atomic { (CAN(i) && version == expected) -> own(i) }
     :: atomic { (version != expected) -> skip }
     :: (!isAlive[i]) -> break
     fi

  /* the holder's helper: beat, look at the ref, answer */
  :: atomic { (CAN(i) && owns[i] && !hasActed[i]) ->
#ifdef REOPEN
       isOrphaned = false;
#endif
       if :: (!isOrphaned) -> beats = (beats + 1) % 4 :: else -> skip fi;
       if
       :: (!IS_HOLDER(i)) -> owns[i] = false
       :: (IS_HOLDER(i) && state == CHALLENGED) -> state = ACTIVE; version++
       :: else -> skip
       fi;
       hasActed[i] = true }

  /* release */
  :: atomic { (CAN(i) && owns[i] && IS_HOLDER(i) && version < VERSIONS) ->
       state = FREE; holder = NOBODY; version++; owns[i] = false }

  /* commit on the order's branch */
#ifdef FENCE
  :: atomic { (CAN(i) && owns[i]) -> if :: IS_HOLDER(i) -> skip :: else -> owns[i] = false fi }
#else
  :: atomic { (CAN(i) && owns[i] && IS_HOLDER(i)) -> checked = generation }
     if
     :: atomic { CAN(i) -> assert(generation == checked) }   /* a write of one who is no holder any more */
     :: (!isAlive[i]) -> break
     fi
#endif

  /* a contender looks: what it has not seen so before starts to count now; a challenge does not end a silence */
  :: atomic { (CAN(i) && !owns[i] && state != FREE && holder != i) ->
       if
       :: (!hasSeen[i] || seenBeats[i] != beats || (seenVersion[i] != version && state != CHALLENGED)) -> silence[i] = 0; standing[i] = 0
       :: (hasSeen[i] && seenBeats[i] == beats && seenVersion[i] != version && state == CHALLENGED) -> standing[i] = 0
       :: else -> skip
       fi;
       hasSeen[i] = true; seenVersion[i] = version; seenBeats[i] = beats }

#ifdef RETURN
  /* the same person at another terminal, whatever silence was seen: only whether the first one has closed counts */
#ifdef GUESS
#define HAS_CLOSED(j) (!CAN(j))
#else
#define HAS_CLOSED(j) (!isAlive[j])
#endif
  :: atomic { (CAN(i) && !owns[i] && state != FREE && holder != i && holder != NOBODY && HAS_CLOSED(holder)
               && version < VERSIONS && generation < GENERATIONS) -> expected = version; loser = holder }
     take(i, expected, loser)
#endif

#ifdef CHALLENGE
  :: atomic { (CAN(i) && !owns[i] && state == ACTIVE && holder != i && IS_SILENT(i) && version < VERSIONS) -> expected = version }
     if
     :: atomic { (CAN(i) && version == expected) -> state = CHALLENGED; version++; seenVersion[i] = version; standing[i] = 0 }
     :: atomic { (version != expected) -> skip }
     :: (!isAlive[i]) -> break
     fi
  :: atomic { (CAN(i) && !owns[i] && state == CHALLENGED && holder != i && IS_SILENT(i) && standing[i] >= GRACE
               && version < VERSIONS && generation < GENERATIONS) -> expected = version; loser = holder }
     take(i, expected, loser)
#else
  :: atomic { (CAN(i) && !owns[i] && state == ACTIVE && holder != i && IS_SILENT(i)
               && version < VERSIONS && generation < GENERATIONS) -> expected = version; loser = holder }
     take(i, expected, loser)
#endif
  od
}

/* A tick ends when everybody who runs has acted. */
proctype Clock() {
  byte j;
  do
  :: atomic { ((!owns[0] || !CAN(0) || hasActed[0]) && (!owns[1] || !CAN(1) || hasActed[1])) ->
       for (j : 0 .. SESSIONS - 1) {
         hasActed[j] = false;
         if :: (silence[j] < EXPIRE) -> silence[j]++ :: else fi;
         if :: (standing[j] < GRACE) -> standing[j]++ :: else fi;
         if
         :: (!CAN(j)) -> responsive[j] = 0
         :: else -> if :: (responsive[j] < EXPIRE) -> responsive[j]++ :: else fi
         fi
       } }
  od
}

proctype Faults() {
endFaults: do
  :: atomic { (deletions < DELETIONS) -> deletions++; beats = 0; hasSeen[0] = false; hasSeen[1] = false; isOrphaned = true }
  :: atomic { (stops < STOPS && CAN(0)) -> isStopped[0] = true; stops++ }
  :: atomic { (stops < STOPS && CAN(1)) -> isStopped[1] = true; stops++ }
  :: atomic { isStopped[0] -> isStopped[0] = false; responsive[0] = 0 }
  :: atomic { isStopped[1] -> isStopped[1] = false; responsive[1] = 0 }
  :: atomic { (isAlive[0] && isAlive[1]) -> isAlive[0] = false }
  od
}

init { atomic { run Session(0); run Session(1); run Clock(); run Faults() } }

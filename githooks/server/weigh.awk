# Weighs a push, given what is known of it so far, a line each, with tabs between:
#   update <old> <new> <ref>           what is pushed
#   ref <object> <ref> <target>        what is here
#   record ..., beat <object> <clone> <count>     as record.awk prints them
#   asked <object>                     it was looked at; without a record it is none
#   guarding <object>                  a record here that may name a pushed branch
#   pending, going <path>, coming <path> <nonce> <session key>     what the guard of path claims says (decision 5)
# Prints `want <object>` for each object it has to look at, or else a sentence for each ref that is refused.
BEGIN { FS = "\t"; again = "run `git claim sync` and repeat the command" }

$1 == "update" { old[++n] = $2; new[n] = $3; ref[n] = $4; to[$4] = $3 }
$1 == "ref" { here[$3] = $2; if ($4 != "") leads[$3] = $4 }
$1 == "asked" { asked[$2] }
$1 == "guarding" { guarding[$2] }
$1 == "pending" { isPending = 1 }
$1 == "coming" { coming[$2] = $3 " " $4 }
$1 == "going" { going[$2] }
$1 == "beat" { clone[$2] = $3; count[$2] = $4 }
$1 == "record" {
  isRecord[$2]; parent[$2] = $3; type[$2] = $4; order[$2] = $5; action[$2] = $6; state[$2] = $7; generation[$2] = $8
  nonce[$2] = $9; key[$2] = $10; session[$2] = $11; anchor[$2] = $12; branch[$2] = $13; challenge[$2] = $14; since[$2] = $15
  path[$2] = $16; paths[$2] = $17
}

END {
  nothing = old[1]
  gsub(/./, "0", nothing)
  isLong = length(nothing) > 40
  tree = isLong ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321" : "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
  blob = isLong ? "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813" : "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
  for (i = 1; i <= n; i++) look(ref[i], old[i], new[i])
  for (i = 1; i <= n; i++) if (isBelow(ref[i], PREFIX)) orderMoves(ref[i], old[i], new[i], substr(ref[i], length(PREFIX) + 1))
  for (i = 1; i <= n; i++) if (isBelow(ref[i], PATHS)) pathMoves(ref[i], old[i], new[i], substr(ref[i], length(PATHS) + 1))
  for (i = 1; i <= n; i++) if (isBelow(ref[i], BEATS)) beats(ref[i], old[i], new[i], substr(ref[i], length(BEATS) + 1))
  for (i = 1; i <= n; i++) branchMoves(ref[i] in leads ? leads[ref[i]] : ref[i])
  if (after(GUARD) == nothing) for (name in coming) comes(name, PATHS name)
  if (!wants) for (i = 1; i <= said; i++) print sentence[i]
}

function isBelow(name, folder) { return index(name, folder) == 1 }
function isOurs(name) { return isBelow(name, PREFIX) || isBelow(name, PATHS) || isBelow(name, BEATS) || name == GUARD }
function isLive(oid) { return state[oid] == "active" || state[oid] == "blocked" }

# What a ref is before the push, and after it.
function before(name) { return name in here ? here[name] : nothing }
function after(name) { return name in to ? to[name] : before(name) }

function shown(text) { gsub(/[^!-~]/, "?", text); return text }
function no(name, why) { if (!(name in refused)) sentence[++said] = shown(name) " " why; refused[name]; return 0 }
function whose(oid) { return shown(order[oid]) " is held by " session[oid] " since " since[oid] }

# Returns whether the object is a known record. What is not known yet is asked for.
function has(oid) {
  if (oid in isRecord) return 1
  if (!(oid in asked)) { print "want " oid; asked[oid]; wants = 1 }
  return 0
}

# A client may lie about the old value: git then refuses that ref, and perhaps no other.
function look(name, from, goes) {
  if (!isOurs(name)) return name in leads && isOurs(leads[name]) ? no(name, "leads to a claim, which moves under its own name") : 1
  if (name in leads) return no(name, "is a symbolic ref here, which no claim is; the server's administrator has to delete it")
  if (before(name) != from) return no(name, "has changed meanwhile; " again)
  if (name == GUARD && goes != nothing && (from != nothing || !isPending))
    return no(name, "is only for what git-claim writes there while a path claim is widened")
}

# Returns whether the new value is built on the old one, record by record. Sets chain[1..links], the newest first.
function follows(name, from, goes,   at) {
  links = 0
  for (at = goes; at != from; at = parent[at]) {
    if (!has(at)) return wants ? 0 : no(name, "takes only records of git-claim, of versions that this server knows")
    chain[++links] = at
    if (type[at] == "tag") continue
    if (parent[at] != tree && parent[at] != blob) return no(name, "was sent a record that begins with something else")
    if (from == nothing) return 1
    return has(from) || wants ? no(name, "moves only to records built on the one that is here; " holder(from) again) : strange(name)
  }
  return has(from) || strange(name)
}
function strange(name) { return wants ? 0 : no(name, "is here something that no git-claim wrote, and that none changes") }
function holder(oid) { return isLive(oid) ? whose(oid) "; " : "" }

function orderMoves(name, from, goes, id,   at, last) {
  # `git claim init --remote` tries a remote with refs of its own; no order has such a name.
  if (name in refused || isBelow(id, "git-claim-probe.")) return
  if (id !~ /^[A-Z0-9][A-Z0-9._-]*$/ || length(id) > 64 || id ~ /\.\.|\.$|\.LOCK$/) return no(name, "does not name an order in capitals")
  if (goes == nothing) return no(name, "is never deleted; whoever holds " id " ends the claim with `git claim release " id "`")
  if (!follows(name, from, goes)) return
  own[name] = isLive(from)
  for (at = links; at >= 1; at--) {
    last = at < links ? chain[at + 1] : from == nothing ? "" : from
    if (order[chain[at]] != id) return no(name, "was sent a record of another order, " shown(order[chain[at]]))
    if (!isLegal(last, chain[at])) return no(name, "was sent " step(last, chain[at]) ", which no git-claim does; " holder(from) again)
    if (!isHolders(action[chain[at]])) own[name] = 0
  }
}
function step(last, oid) {
  return "`" shown(action[oid]) "` from " (last == "" ? "nothing" : shown(state[last]) " (generation " generation[last] ")") \
    " to " shown(state[oid]) " (generation " generation[oid] ")"
}

# The table of core/claim/transitions.ts, as far as two records show it. `last` is empty for a first record.
function isLegal(last, oid,   does, changes) {
  does = action[oid]
  changes = index(" claim mint reopen take hand ", " " does " ") > 0
  if (generation[oid] != (last == "" ? 0 : generation[last]) + changes) return 0
  if (does == "claim") return state[oid] == "active" && (last == "" || state[last] == "released" || state[last] == "abandoned")
  if (does == "mint") return state[oid] == "released" && last == ""
  if (does == "reopen") return state[oid] == "active" && state[last] == "completed"
  if (!isLive(last)) return 0
  if (does == "take") return state[oid] == "active"
  if (does == "hand") return state[oid] == state[last]
  if (does == "challenge") return state[oid] == state[last] && key[oid] == key[last] && challenge[oid] != ""
  if (!isSame(last, oid)) return 0
  if (does == "renew" || does == "answer") return state[oid] == state[last]
  if (does == "block") return state[oid] == "blocked"
  if (does == "unblock") return state[oid] == "active" && state[last] == "blocked"
  return index(" release:released complete:completed abandon:abandoned ", " " does ":" state[oid] " ") > 0
}
function isHolders(does) { return !index(" claim mint reopen challenge take ", " " does " ") }

# A session keeps its key, or the process it is anchored to: an agent may begin anew under another id.
function isSame(last, oid) { return key[oid] == key[last] || (anchor[oid] != "" && anchor[oid] == anchor[last]) }

function pathMoves(name, from, goes, wanted,   at, last, oid) {
  if (name in refused) return
  if (goes == nothing) return ends(name, from, wanted)
  # A claim that ended and one that began, in one push.
  if (from != nothing && has(goes) && type[goes] != "tag") { ends(name, from, wanted); from = nothing }
  if (!follows(name, from, goes)) return
  for (at = links; at >= 1; at--) {
    oid = chain[at]
    last = at < links ? chain[at + 1] : from == nothing ? "" : from
    if (!isSpelled(path[oid], wanted) || paths[oid] != " " path[oid] " " || state[oid] != "")
      return no(name, "was sent a record of something else")
    if (!isPathLegal(last, oid)) return no(name, "was sent a record that does not follow from the one that is here; " again)
  }
  if (from == nothing && before(GUARD) != nothing && after(GUARD) != nothing)
    return no(name, "waits for another session's change of path claims, which is half done; " again)
  if (order[goes] != "" && (from == nothing || order[from] != order[goes])) belongs(name, goes, PREFIX order[goes])
}
function isPathLegal(last, oid,   does) {
  does = action[oid]
  if (does == "take") return 1
  if (last == "") return does == "claim"
  if (does == "hand") return 1
  if (does == "challenge") return key[oid] == key[last] && challenge[oid] != ""
  return (does == "renew" || does == "answer") && isSame(last, oid)
}

# Where a clone's file system ignores case, the ref is in lower case.
function isSpelled(text, wanted) {
  if (text == wanted || tolower(text) == wanted) return 1
  gsub(/[^ -~]/, "", text); gsub(/[^ -~]/, "", wanted)
  return tolower(text) == wanted
}

# The claim of the order that a new path claim belongs to names the path, and is the same session's.
function belongs(name, oid, claim,   there) {
  there = after(claim)
  if (there != nothing && !has(there) && wants) return
  if (!isLive(there) || !isSame(there, oid) || !index(paths[there], " " path[oid] " "))
    no(name, "belongs to " shown(order[oid]) ", whose claim does not name it; " again)
}

# A path claim ends when its order's claim moves with it, or where a wider one takes its place.
function ends(name, from, wanted,   claim, there) {
  if (!has(from)) return strange(name)
  claim = PREFIX order[from]
  if (order[from] == "" || wanted in going || (claim in to && (own[claim] || action[to[claim]] == "take"))) return
  there = before(claim)
  if (there != nothing && !has(there) && wants) return
  if (isLive(there) && isSame(there, from) && index(paths[there], " " path[from] " "))
    no(name, "ends only together with a change of its order's claim: " whose(there) "; " again)
}

# Whoever ends a half-done change of path claims makes the claims that it names.
function comes(wanted, name) {
  if (after(name) == nothing) return no(GUARD, "is deleted by whoever makes " shown(name) "; " again)
  if (has(after(name)) && nonce[after(name)] " " key[after(name)] != coming[wanted]) no(name, "is promised to another session; " again)
}

# A clone counts its beats. Any clone may delete one that nobody needs: it would only be missed, and a challenge answered.
function beats(name, from, goes, id) {
  if (name in refused || goes == nothing) return
  if (!knows(goes) || !knows(from)) return
  if (length(id) != 32 || id ~ /[^0-9a-f]/ || clone[goes] != id) return no(name, "takes only the beats of the clone that it names")
  if (clone[from] == id && count[goes] <= count[from])
    return no(name, "counts beats, and never goes back: two clones seem to have one id")
}
function knows(oid) { return oid == nothing || oid in clone || has(oid) || !wants }

function branchMoves(name,   oid, other, isMoved) {
  if (!isBelow(name, "refs/heads/") || name == TRUNK) return
  for (oid in guarding) {
    if (!has(oid) || "refs/heads/" branch[oid] != name || !isLive(oid) || before(PREFIX order[oid]) != oid) continue
    isMoved = own[PREFIX order[oid]]
    # Of several orders on one branch, one is enough.
    for (other in guarding) if (own[PREFIX order[other]] && branch[other] == branch[oid] && isSame(other, oid)) isMoved = 1
    if (!isMoved) no(name, "moves only together with its claim: " whose(oid) "; its holder runs `git claim push " order[oid] "`")
  }
}

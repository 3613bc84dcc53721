-- The learner's database, whole. The tables `review`, `event`, `attempt` and `prediction` are append-only logs and the
-- truth; `card` is a cache that a replay of the logs rebuilds. Times: `ts` is UTC in milliseconds, `study_day` the
-- ordinal of the learner's day (which turns at 04:00 local time).

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One answered card. Written in one transaction with its card, before feedback is shown; never changed.
CREATE TABLE review (
    seq               INTEGER PRIMARY KEY,
    uuid              TEXT NOT NULL UNIQUE,
    card_id           TEXT NOT NULL,            -- item id, or item id#part
    session_id        TEXT NOT NULL,
    device_id         TEXT NOT NULL,
    ts                INTEGER NOT NULL,
    utc_offset_min    INTEGER NOT NULL,
    study_day         INTEGER NOT NULL,
    elapsed_days      INTEGER,                  -- study days since the review before; NULL for the first
    kind              TEXT NOT NULL CHECK (kind IN ('review', 'cram', 'import', 'exercise')),
    rating            INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 4),
    correct           INTEGER,
    confidence        REAL,
    answer            TEXT,
    right_answer      TEXT,                     -- what was right, as it was shown
    draw_seed         INTEGER,
    option_order      TEXT,
    hint_used         INTEGER NOT NULL DEFAULT 0,
    ms                INTEGER,
    body_fp           TEXT,                     -- the text that was asked
    answer_fp         TEXT,                     -- the answer that was right then
    rev               INTEGER NOT NULL DEFAULT 1, -- the author's revision; a higher one starts the card anew
    scheduler         TEXT NOT NULL,
    param_set         INTEGER NOT NULL DEFAULT 0, -- the weights of the scheduler; 0 are its defaults
    desired_retention REAL NOT NULL,
    r_pred            REAL,
    s0                REAL,
    d0                REAL,
    s1                REAL,
    d1                REAL,
    interval_raw      REAL,
    due_day           INTEGER
);
CREATE INDEX review_card ON review (card_id, seq);
CREATE INDEX review_day ON review (study_day);

-- What changes a card without being a review.
CREATE TABLE event (
    seq         INTEGER PRIMARY KEY,
    uuid        TEXT NOT NULL UNIQUE,
    ts          INTEGER NOT NULL,
    device_id   TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (
        kind IN ('undo', 'suspend', 'unsuspend', 'bury', 'flag', 'unflag', 'reset', 'move', 'reschedule')
    ),
    card_id     TEXT NOT NULL,
    review_uuid TEXT,
    detail      TEXT
);
CREATE INDEX event_card ON event (card_id, seq);
CREATE INDEX event_review ON event (review_uuid);
CREATE INDEX event_move ON event (detail) WHERE kind = 'move';

-- Cache: what the logs make of each card.
CREATE TABLE card (
    card_id      TEXT PRIMARY KEY,
    item_id      TEXT NOT NULL,
    stability    REAL,
    difficulty   REAL,
    reps         INTEGER NOT NULL DEFAULT 0,
    lapses       INTEGER NOT NULL DEFAULT 0,
    first_day    INTEGER,
    last_day     INTEGER,
    due_day      INTEGER,
    suspended    INTEGER NOT NULL DEFAULT 0,
    buried_until INTEGER,
    flagged      INTEGER NOT NULL DEFAULT 0,
    last_rating  INTEGER,
    rev          INTEGER NOT NULL DEFAULT 1,
    answer_fp    TEXT,
    param_set    INTEGER NOT NULL DEFAULT 0,    -- the weights that stability and difficulty are in terms of
    leech        INTEGER NOT NULL DEFAULT 0,    -- suspended because it was missed so often
    sure_miss    TEXT                           -- the session in which it was missed by someone who was sure
);
-- Everything that the queue of a day is made from: the cards themselves are not read.
CREATE INDEX card_due ON card (due_day, card_id, last_day, stability, buried_until, suspended) WHERE suspended = 0;
CREATE INDEX card_item ON card (item_id);
CREATE INDEX card_sure ON card (sure_miss) WHERE sure_miss IS NOT NULL;

-- Weights of the scheduler that were learned from the log. The id is a hash of the weights, the same on every device;
-- `meta` says which set is in use.
CREATE TABLE param_set (
    id              INTEGER PRIMARY KEY,
    ts              INTEGER NOT NULL,
    device_id       TEXT NOT NULL,
    weights         TEXT NOT NULL,              -- JSON: 21 numbers
    reviews         INTEGER NOT NULL,           -- answers that it was learned from
    log_loss_before REAL NOT NULL,              -- on later answers than it was trained on: of the weights in use then
    log_loss_after  REAL NOT NULL               -- and of the trained ones
);

-- One check of an exercise, right or wrong, and what else happens to it (start, hint, reveal, reset).
CREATE TABLE attempt (
    seq               INTEGER PRIMARY KEY,
    uuid              TEXT NOT NULL UNIQUE,
    ts                INTEGER NOT NULL,
    device_id         TEXT NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('start', 'check', 'hint', 'reveal', 'reset')),
    exercise          TEXT NOT NULL,
    exercise_version  INTEGER NOT NULL,
    submission_sha256 TEXT,
    seed              INTEGER,
    status            TEXT,
    score             INTEGER,
    max_score         INTEGER,
    step              TEXT,
    hint_level        INTEGER,
    ms                INTEGER
);
CREATE INDEX attempt_exercise ON attempt (exercise, seq);

-- What the learner expected of an experiment, before it ran; `outcome` arrives in a second row that names the first.
CREATE TABLE prediction (
    seq        INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    ts         INTEGER NOT NULL,
    device_id  TEXT NOT NULL,
    pair       TEXT NOT NULL,
    claim      TEXT NOT NULL,
    choice     TEXT,
    confidence REAL,
    answers    TEXT,                            -- uuid of the prediction that `outcome` settles
    outcome    TEXT,
    run        TEXT
);

-- A topic that was read.
CREATE TABLE reading (
    seq   INTEGER PRIMARY KEY,
    ts    INTEGER NOT NULL,
    topic TEXT NOT NULL
);

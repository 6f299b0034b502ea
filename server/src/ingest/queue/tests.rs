//! The queue, driven by hand.

use super::*;

fn document(text: &str) -> DocumentId {
    text.parse().unwrap()
}

fn small() -> Queue {
    Queue::new(Limits {
        documents: 3,
        bytes: 1000,
        device_bytes: 400,
        awaited: 2,
        rush: 2,
        patience: Duration::from_mins(1),
    })
}

const ONE: DeviceId = DeviceId([1; 8]);
const OTHER: DeviceId = DeviceId([2; 8]);

fn refusal(queue: &Queue, device: DeviceId, documents: usize, bytes: usize) -> Option<Full> {
    queue.admit(device, documents, bytes).err().map(|(full, _)| full)
}

/// What a worker does with all that waits.
fn finish(queue: &Queue) {
    let jobs = queue.try_take(usize::MAX);
    queue.give_back(jobs, false);
}

#[test]
fn a_unit_is_in_one_hand_at_a_time() {
    let queue = Queue::default();
    queue.add(
        [document("log/A/2026"), document("log/A/2026"), document("log/B/2026")],
        Reason::Arrived,
    );
    let first = queue.try_take(1);
    assert_eq!(first[0].unit.as_str(), "A");
    queue.add([document("register/A")], Reason::Refresh);
    let second = queue.try_take(10);
    assert_eq!(second.len(), 1, "only B: A is in hand");
    queue.give_back(first, false);
    let third = queue.try_take(10);
    assert_eq!(
        third[0].documents,
        BTreeMap::from([(document("register/A"), Reason::Refresh)])
    );
    assert_eq!(queue.backlog().documents, 2);
}

#[test]
fn waiting_ends_when_the_documents_are_done() {
    let queue = Queue::default();
    let log = &[document("log/A/2026")];
    assert!(queue.wait(log, Duration::ZERO));
    queue.add(log.clone(), Reason::Arrived);
    assert!(!queue.wait(log, Duration::ZERO));
    let jobs = queue.try_take(1);
    assert!(!queue.wait(log, Duration::ZERO));
    queue.give_back(jobs, true);
    assert!(!queue.wait(log, Duration::ZERO), "it is to be done again");
    let jobs = queue.try_take(1);
    queue.give_back(jobs, false);
    assert!(queue.wait(log, Duration::ZERO));
}

#[test]
fn an_answer_waits_behind_few_and_not_behind_many() {
    let queue = small();
    let long = Duration::from_mins(10);
    queue.add([document("log/A/2026")], Reason::Arrived);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| queue.wait(&[document("log/A/2026")], long));
        finish(&queue);
        assert!(waiting.join().unwrap());
    });
    queue.add(
        ["log/A/2026", "log/B/2026", "log/C/2026"].map(document),
        Reason::Arrived,
    );
    assert!(!queue.wait(&[document("log/A/2026")], long));
}

#[test]
fn what_came_while_a_unit_was_in_hand_is_counted_until_it_too_is_done() {
    let queue = Queue::default();
    let log = &[document("log/A/2026")];
    queue.admit(ONE, 1, 100).unwrap().enqueue(log);
    let jobs = queue.try_take(1);
    queue.admit(OTHER, 1, 10).unwrap().enqueue(log);
    assert_eq!((queue.backlog().documents, queue.backlog().bytes), (2, 110));
    queue.give_back(jobs, true);
    assert_eq!((queue.backlog().documents, queue.backlog().bytes), (1, 110));
    finish(&queue);
    assert_eq!(queue.backlog(), Backlog::default());
    assert!(queue.lock().by_device.is_empty() && queue.lock().ages.is_empty());
}

#[test]
fn too_much_of_one_device_is_refused_and_others_are_not() {
    let queue = small();
    queue.admit(ONE, 1, 300).unwrap().enqueue(&[document("log/A/2026")]);
    assert_eq!(refusal(&queue, ONE, 1, 200), Some(Full::Device));
    assert_eq!(refusal(&queue, OTHER, 1, 200), None);
    finish(&queue);
    assert_eq!(refusal(&queue, ONE, 1, 200), None);
}

#[test]
fn too_much_altogether_is_refused_to_all_until_something_is_done() {
    let queue = small();
    queue.add(
        ["log/A/2026", "log/B/2026", "log/C/2026"].map(document),
        Reason::Arrived,
    );
    assert_eq!(refusal(&queue, ONE, 1, 1), Some(Full::Queue));
    let first = queue.try_take(1);
    queue.give_back(first, false);
    assert_eq!(refusal(&queue, ONE, 1, 1), None);
    let large = queue.admit(OTHER, 0, 990).unwrap();
    assert_eq!(refusal(&queue, ONE, 1, 100), Some(Full::Queue));
    drop(large);
    assert_eq!(refusal(&queue, ONE, 1, 100), None, "nothing came of the large one");
}

#[test]
fn one_that_is_larger_than_the_bounds_goes_through_where_nothing_waits() {
    let queue = small();
    assert_eq!(refusal(&queue, ONE, 30, 10_000), None);
}

#[test]
fn how_long_the_slowest_waited_is_known_of_the_last_that_had_arrived() {
    let queue = Queue::default();
    assert_eq!(queue.recent_lag(), None);
    queue.add([document("log/A/2026")], Reason::Refresh);
    finish(&queue);
    assert_eq!(queue.recent_lag(), None, "nobody waited for it");
    let slow = Duration::from_mins(1);
    let mut state = queue.lock();
    let long_ago = Instant::now().checked_sub(slow).unwrap();
    state.add(document("log/A/2026"), Reason::Arrived, long_ago);
    drop(state);
    let jobs = queue.try_take(1);
    queue.give_back(jobs, true);
    assert_eq!(queue.recent_lag(), None, "it is still to be done");
    finish(&queue);
    assert!(queue.recent_lag() >= Some(slow));
    for _ in 0..REMEMBERED {
        assert!(queue.recent_lag() >= Some(slow));
        queue.add([document("log/B/2026")], Reason::Arrived);
        finish(&queue);
    }
    assert!(queue.recent_lag() < Some(slow));
}

#[test]
fn the_oldest_is_the_one_that_waits_longest_also_when_it_has_to_be_done_again() {
    let queue = Queue::default();
    assert_eq!(queue.backlog().oldest, Duration::ZERO);
    queue.add([document("log/A/2026")], Reason::Arrived);
    let first = queue.lock().ages.first().unwrap().0;
    let jobs = queue.try_take(1);
    queue.add(["log/A/2026", "log/B/2026"].map(document), Reason::Arrived);
    queue.give_back(jobs, true);
    assert_eq!(
        queue.lock().ages.first().unwrap(),
        &(first, document("log/A/2026").unit().clone())
    );
    let jobs = queue.try_take(1);
    assert_eq!(jobs[0].unit.as_str(), "B", "what failed does not hold up others");
    queue.give_back(jobs, false);
    finish(&queue);
    assert_eq!(queue.backlog(), Backlog::default());
}

#[test]
fn workers_give_way_while_many_pushes_arrive_but_not_for_ever() {
    let queue = small();
    queue.add([document("log/A/2026")], Reason::Arrived);
    let gives_way = |queue: &Queue, now| queue.lock().gives_way(&queue.limits, now);
    let now = Instant::now();
    let first = queue.admit(ONE, 1, 10).unwrap();
    assert!(!gives_way(&queue, now), "one push is no rush");
    let second = queue.admit(OTHER, 1, 10).unwrap();
    assert!(gives_way(&queue, now));
    assert!(!gives_way(&queue, now + Duration::from_secs(1)), "the rush is over");
    queue.lock().rush = Some(now + queue.limits.patience);
    let late = now + queue.limits.patience + Duration::from_millis(50);
    assert!(!gives_way(&queue, late), "what has waited long is applied all the same");
    drop(first);
    second.enqueue(&[document("log/B/2026")]);
    assert_eq!(queue.take(usize::MAX, true).unwrap().len(), 2);
}

//! More clients than there is room for.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream as Blocking},
    process::{Child, Command, Stdio},
    time::Duration,
};

use server::edge::Limits;
use tokio::{
    io::AsyncWriteExt,
    time::{sleep, timeout},
};

use super::{LONG, Server, ask, connect, serve, short_limits, until_closed};

#[tokio::test]
async fn one_address_holds_only_so_many_connections() {
    let server = serve(Limits { per_address: 3, uncounted: vec![], ..Limits::default() }, None).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect(&server).await;
        stream.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        stream.readable().await.unwrap();
        held.push(stream);
    }
    assert_eq!(until_closed(&mut connect(&server).await).await, "", "the fourth is closed without a word");
    held.pop();
    let asked = tokio::time::Instant::now();
    while !ask_softly(&server).await.ends_with("ok") {
        assert!(asked.elapsed() < LONG, "a place given back is not given again");
    }
}

async fn ask_softly(server: &Server) -> String {
    let mut stream = connect(server).await;
    let _ = stream.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    until_closed(&mut stream).await
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_their_turn() {
    let server = serve(Limits { connections: 2, ..short_limits() }, None).await;
    let _silent = (connect(&server).await, connect(&server).await);
    // answered once a silent one is closed for its silence
    assert!(timeout(LONG, ask(&server, "/get")).await.unwrap().ends_with("ok"));
}

/// Not a test by itself: a server in a process that may open only few files.
#[tokio::test]
async fn victim() {
    if env::var_os("ITSUDEMO_TEST_VICTIM").is_none() {
        return;
    }
    let server = serve(Limits { header_read: Duration::from_secs(60), ..Limits::default() }, None).await;
    println!("listening on {}", server.address);
    sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn out_of_files_the_loop_rests_and_recovers() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let (mut child, address) = starved();
    let crowd: Vec<Blocking> = (0..80).map(|_| Blocking::connect(address).unwrap()).collect();
    sleep(Duration::from_millis(300)).await;
    let before = cpu_ticks(&child);
    sleep(Duration::from_secs(1)).await;
    let burnt = cpu_ticks(&child) - before;
    assert!(burnt < 20, "{burnt} % of a core while nothing can be taken");
    drop(crowd);
    let server = Server { address, stopper: server::edge::shutdown().0, served: tokio::spawn(async {}) };
    assert!(ask(&server, "/get").await.ends_with("ok"), "served again when files are free");
    child.kill().unwrap();
    child.wait().unwrap();
}

fn starved() -> (Child, SocketAddr) {
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n 48; exec \"$0\" crowds::victim --exact --nocapture"])
        .arg(env::current_exe().unwrap())
        .env("ITSUDEMO_TEST_VICTIM", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap()).lines();
    let address =
        said.map_while(Result::ok).find_map(|line| line.split_once("listening on ").map(|(_, at)| at.to_owned()));
    (child, address.unwrap().parse().unwrap())
}

/// User and system time of a process in hundredths of a second.
fn cpu_ticks(child: &Child) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

//! `itsudemo serve`: listeners, database, endpoints, and an orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use poem::{Response, endpoint::BoxEndpoint};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};

use crate::{
    Failure,
    cli::ServeArgs,
    database::Database,
    edge::{self, Limits, Stopper, Tls},
    metrics, planes, work,
};

/// Time between saying "not ready" and taking no more connections, so that a balancer has asked in between.
const NOTICE: Duration = Duration::from_millis(500);

/// What one listener serves.
pub type Plane = BoxEndpoint<'static, Response>;

struct Listeners {
    public: TcpListener,
    operator: TcpListener,
    metrics: TcpListener,
}

/// Serves until told to stop. What can fail for a simple reason (an address in use, a wrong certificate) fails first,
/// before a database is started.
///
/// # Errors
/// See [`Failure`].
pub fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let listeners = listen(&runtime, args)?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls::load(certificate, key)?),
        _ => None,
    };
    let database = Database::open(&args.database)?;
    let served = runtime.block_on(run(args, listeners, tls, &database));
    // what still runs has had its time; the database must not be stopped under it without that
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(database);
    if served.is_ok() {
        tracing::info!("stopped");
    }
    served
}

fn listen(runtime: &Runtime, args: &ServeArgs) -> Result<Listeners, Failure> {
    let _inside = runtime.enter();
    Ok(Listeners {
        public: edge::bind(args.listen, "--listen or ITSUDEMO_LISTEN")?,
        operator: edge::bind(args.operator_listen, "--operator-listen or ITSUDEMO_OPERATOR_LISTEN")?,
        metrics: edge::bind(args.metrics_listen, "--metrics-listen or ITSUDEMO_METRICS_LISTEN")?,
    })
}

async fn run(args: &ServeArgs, listeners: Listeners, tls: Option<Tls>, database: &Database) -> Result<(), Failure> {
    let mut signals = Signals::new()?;
    let (stopper, shutdown) = edge::shutdown();
    let recorder = metrics::install()?;
    let db = database.connect(args.pool).await?;
    let desk = planes::desk(args, &db, &shutdown)?;
    let (public, operator) = planes::planes(&desk);
    let worker = work::worker(args, &db, &desk)?;
    let limits = limits(args);
    tracing::info!(
        api = %listeners.public.local_addr()?, operator = %listeners.operator.local_addr()?,
        metrics = %listeners.metrics.local_addr()?, tls = tls.is_some(), private_database = database.is_private(),
        version = env!("CARGO_PKG_VERSION"), "serving"
    );
    if database.is_private() {
        welcome(listeners.public.local_addr()?, tls.is_some());
    }
    let mut all = JoinSet::new();
    all.spawn(edge::serve(listeners.public, tls.clone(), Arc::new(public), limits.clone(), shutdown.clone()));
    all.spawn(edge::serve(listeners.operator, None, Arc::new(operator), limits.clone(), shutdown.clone()));
    let rendered = Arc::new(metrics::endpoint(recorder.clone()));
    all.spawn(edge::serve(listeners.metrics, None, rendered, limits, shutdown.clone()));
    all.spawn(metrics::upkeep(recorder, shutdown.clone()));
    all.spawn(worker.run(async move { shutdown.closing().await }));
    signals.until_stop(tls.as_ref()).await;
    leave(&stopper, all, &mut signals).await;
    Ok(())
}

/// A private database is somebody trying this out: says what to do next.
fn welcome(api: SocketAddr, tls: bool) {
    let scheme = if tls { "https" } else { "http" };
    println!(
        "\n  reference       {scheme}://{api}/docs\n  \
         try it all      make demo\n  \
         an operator     cargo run -q -p server -- create-operator --login-id me\n  \
         a sale by hand  README.md\n"
    );
}

/// Leaves in order; a second signal leaves at once.
async fn leave(stopper: &Stopper, mut all: JoinSet<()>, signals: &mut Signals) {
    tracing::info!("stopping: requests under way are finished, new ones turned away");
    stopper.leave();
    let in_order = async {
        tokio::time::sleep(NOTICE).await;
        stopper.close();
        while all.join_next().await.is_some() {}
    };
    tokio::select! {
        () = in_order => {}
        () = signals.until_stop(None) => tracing::warn!("stopped at once by a second signal"),
    }
}

fn limits(args: &ServeArgs) -> Limits {
    let limits = Limits {
        connections: args.connections,
        per_address: args.connections_per_address,
        proxies: args.trusted_proxy.clone(),
        ..Limits::default()
    };
    limits.within_open_files()
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> Result<Signals, Failure> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Returns on SIGTERM or Ctrl-C; on SIGHUP reads the certificate again.
    async fn until_stop(&mut self, tls: Option<&Tls>) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => match tls.map(Tls::reload) {
                    Some(Ok(())) => tracing::info!("the certificate was read again"),
                    Some(Err(refused)) => tracing::error!(%refused, "the old certificate stays in use"),
                    None => {}
                },
            }
        }
    }
}

//! Serves until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use server::api::router;
use server::app_state::{AppState, Settings};
use server::clock::{Clock, SystemClock};
use server::config::ServeOptions;
use server::ingest::Ingest;
use server::store::Store;
use tokio::net::TcpListener;
use tracing::info;

use super::init::demo;
use super::{hold_store, make_store, say};

/// Threads that apply what arrives: one for each processor of a small machine, and one more, for they wait for the writer in turns.
const APPLY_WORKERS: usize = 3;

/// How long requests that run may take to end when the server stops.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// `EX_IOERR` of sysexits.h: whoever starts the server anew sees that it was the disk.
const EXIT_LOST_WRITE: i32 = 74;

/// Opens the store and serves.
pub(super) fn serve(options: &ServeOptions) -> Result<()> {
    let (_hold, store) = match options.demo {
        true => make_store(&options.data)?,
        false => hold_store(&options.data)?,
    };
    if options.demo {
        demo(&store)?;
    }
    store.on_lost_write(|| {
        tracing::error!("Ending: the disk has lost what was written to it");
        std::process::exit(EXIT_LOST_WRITE);
    });
    let store: Arc<dyn Store> = Arc::new(store);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the runtime")?;
    runtime.block_on(run(options, store))
}

async fn run(options: &ServeOptions, store: Arc<dyn Store>) -> Result<()> {
    let wanted = SocketAddr::new(options.listen, options.port);
    let listener = TcpListener::bind(wanted)
        .await
        .with_context(|| format!("could not listen on {wanted}"))?;
    let address = listener.local_addr().context("could not learn the address")?;
    let ingest =
        Ingest::start(Arc::clone(&store), APPLY_WORKERS, SystemClock.now()).context("could not open the database")?;
    let settings = Settings {
        is_behind_proxy: options.behind_proxy,
        ..Settings::default()
    };
    let state = AppState::new(store, ingest, Arc::new(SystemClock), &settings);
    let background = tokio::spawn(state.clone().run_background());
    say(&format!("Sổ Công đoàn: {}", url(address)))?;

    let app = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let watched = state.clone();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        asked_to_stop().await;
        info!("Stopping");
        // Streams would never end by themselves.
        watched.live().stop();
        drop(stop);
    });
    let too_late = async move {
        // The sender is dropped when the server is asked to stop.
        let _ = stopping.await;
        tokio::time::sleep(STOP_GRACE).await;
    };
    tokio::select! {
        served = server.into_future() => served.context("could not serve")?,
        () = too_late => info!("Some requests had not ended"),
    }
    background.abort();
    state.write_contacts().context("could not note the last contacts")?;
    Ok(())
}

/// The address to open. A browser trusts `localhost` where it would want HTTPS for an address.
fn url(address: SocketAddr) -> String {
    if address.ip().is_loopback() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!("Ctrl-C will not be heard: {error}");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!("SIGTERM will not be heard: {error}");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_a_browser_trusts() {
        for (listens, opens) in [
            ("127.0.0.1:8080", "http://localhost:8080"),
            ("[::1]:8080", "http://localhost:8080"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
        ] {
            assert_eq!(url(listens.parse().unwrap()), opens);
        }
    }
}

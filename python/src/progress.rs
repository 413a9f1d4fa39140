//! Work that tells how far it is, and stops on Ctrl-C or on what the callback raises.

use std::ops::ControlFlow;

use pyo3::{
    exceptions::{PyKeyboardInterrupt, PyTypeError},
    prelude::*,
};

/// Who is told how far the work is.
pub(crate) struct Told {
    call: Option<Py<PyAny>>,
    /// The first exception of the callback, or Ctrl-C.
    stopped: Option<PyErr>,
}

impl Told {
    /// A function of what is done and what there is to do; nobody where there is none.
    pub(crate) fn new(call: Option<Py<PyAny>>) -> Self {
        Self { call, stopped: None }
    }

    /// Tells it, with the interpreter attached for as long.
    pub(crate) fn tell(&mut self, done: usize, of: usize) -> ControlFlow<()> {
        let told = Python::attach(|py| {
            py.check_signals()?;
            match &self.call {
                Some(call) => call.call1(py, (done, of)).map(drop),
                None => Ok(()),
            }
        });
        match told {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                self.stopped = Some(why);
                ControlFlow::Break(())
            }
        }
    }

    /// Why the work was stopped.
    pub(crate) fn why(self, work: &str) -> PyErr {
        self.stopped.unwrap_or_else(|| PyKeyboardInterrupt::new_err(format!("{work} was stopped")))
    }
}

/// How a caller wants to be told: by a bar where someone is watching, or by a function of its own.
pub(crate) enum Progress {
    /// A bar.
    Auto,
    /// A function.
    Call(Py<PyAny>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Progress {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.extract::<String>().is_ok_and(|text| text == "auto") {
            return Ok(Self::Auto);
        }
        if object.is_callable() {
            return Ok(Self::Call(object.to_owned().unbind()));
        }
        Err(PyTypeError::new_err(format!(
            "progress={}; name \"auto\" (a bar where someone is watching), None (silence), or a function of what is done and \
             what there is to do",
            object.repr()?
        )))
    }
}

/// Who is told, and the bar that goes when the work is done.
pub(crate) fn told<'py>(
    py: Python<'py>,
    progress: Option<Progress>,
    drawn: &str,
) -> PyResult<(Told, Option<Bound<'py, PyAny>>)> {
    match progress {
        None => Ok((Told::new(None), None)),
        Some(Progress::Call(call)) => Ok((Told::new(Some(call)), None)),
        Some(Progress::Auto) => {
            let bar = py.import("capitation.comparison")?.call_method1("_bar", (drawn,))?;
            let bar = (!bar.is_none()).then_some(bar);
            Ok((Told::new(bar.clone().map(Bound::unbind)), bar))
        }
    }
}

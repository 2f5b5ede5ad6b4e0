@echo off
rem Starts Heed on Windows: builds it first when the jar is missing.
setlocal
set "HOME_DIR=%~dp0"
set "HOME_DIR=%HOME_DIR:~0,-1%"
set "JAR=%HOME_DIR%\target\heed.jar"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not exist "%JAR%" (
  echo heed: building, once; the first time also downloads what it is built from 1>&2
  pushd "%HOME_DIR%"
  call mvnw.cmd -q -B -DskipTests package 1>&2
  popd
)
if not exist "%JAR%" (
  echo heed: the build failed; what went wrong is told above 1>&2
  exit /b 1
)
set "NATIVE="
for /f "tokens=3 delims=. " %%v in ('""%JAVA%" -version 2^>^&1 ^| findstr /i version"') do set "VERSION=%%~v"
if %VERSION% GEQ 22 set "NATIVE=--enable-native-access=ALL-UNNAMED"
set OPT_OUT_TRACKING=true
"%JAVA%" %NATIVE% -Dai.djl.offline=true -Dorg.slf4j.simpleLogger.defaultLogLevel=error ^
  "-Dheed.home=%HOME_DIR%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "%JAR%" %*
exit /b %ERRORLEVEL%
